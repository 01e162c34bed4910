#pragma once

namespace tbb {

struct task_arena {
  explicit task_arena(int) {}
  void initialize(int) {}
  void terminate() {}
  template <class Work>
  void execute(const Work& work) {
    work();
  }
};

}  // namespace tbb
