// What shared_object_test loads.

extern "C" {

int cppet_testdata_number = 42;

int CppetTestdataNext(int number) { return number + 1; }

}  // extern "C"
