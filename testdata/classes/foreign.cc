// What a shared object that is built with something else has of leaf_class.h.

extern "C" {

struct Library {
  const char* built_with;
  const void* classes;
};

const Library* cppet_leaf_class_library() {
  static const Library library = {"cppet 0.0.9, compiler 1.2.3", nullptr};
  return &library;
}

}  // extern "C"
