// soak STEPS: trains so many steps and prints the most memory that the process ever had, in KB. `make soak` compares a long run with a short
// one; valgrind watches a single step of it.

#include <properties/training.h>

#include <sys/resource.h>

#include <cstdlib>
#include <iostream>

int main(int argc, char** argv) {
  qkv::EverydayTraining training(1);
  double loss = 0;
  for (int step = 0; step < (argc > 1 ? std::atoi(argv[1]) : 1); ++step) loss = training.step();
  rusage used = {};
  getrusage(RUSAGE_SELF, &used);
  std::cerr << "loss " << loss << '\n';
  std::cout << used.ru_maxrss << '\n';
}
