// tests/outside/components/alone/nothing.cpp
//
// A program that only links.
int main() { return 0; }
