// A shared object like any other.

extern "C" int CppetTestdataZero() { return 0; }
