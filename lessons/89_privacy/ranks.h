#pragma once
#include <qkv/kernels/parallel.h>
#include <qkv/qkv.h>

#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <mutex>
#include <thread>

#if __has_include(<mpi.h>)
#define OMPI_SKIP_MPICXX 1  // the C functions only
#define MPICH_SKIP_MPICXX 1
#include <mpi.h>
#define LESSON_HAS_MPI
#endif

// Ranks: workers that hold a part of the data each and add up numbers. `mpirun -n 4` makes them processes; otherwise they are threads of one.

using namespace qkv;

/// One of `count` workers: 0, 1, ... Of several threads only rank 0 keeps what came out; each process keeps its own.
struct Rank {
  const int mine, count;
  const bool keeps;

  Rank(int mine_, int count_, bool keeps_) : mine(mine_), count(count_), keeps(keeps_) {}
  virtual ~Rank() = default;
  /// All-reduce: every rank calls it with as many numbers, and has the sums over all ranks afterwards.
  virtual void add_up(std::vector<Scalar>& numbers) = 0;
};

/// What the threads share. A rank that throws sets `failure`, and nobody waits for it any longer.
struct Meeting {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::vector<Scalar>> brought;  // by each rank
  std::vector<Scalar> sums;
  int arrived = 0, meetings = 0;
  std::string failure;

  void fail(const std::string& why) {
    std::lock_guard<std::mutex> lock(mutex);
    if (failure.empty()) failure = why;
    changed.notify_all();
  }
};

struct ThreadRank : Rank {
  Meeting& meeting;

  ThreadRank(int mine_, int count_, Meeting& meeting_) : Rank(mine_, count_, mine_ == 0), meeting(meeting_) {}
  void add_up(std::vector<Scalar>& numbers) override {
    std::unique_lock<std::mutex> lock(meeting.mutex);
    meeting.brought[mine] = numbers;
    const int now = meeting.meetings;
    if (++meeting.arrived == count) {  // the last to come adds up, in the order of the ranks
      meeting.sums.assign(numbers.size(), 0);
      for (const std::vector<Scalar>& one : meeting.brought)
        for (std::size_t i = 0; i < numbers.size(); ++i) meeting.sums[i] += one.at(i);
      meeting.arrived = 0;
      ++meeting.meetings;
      meeting.changed.notify_all();
    }
    meeting.changed.wait(lock, [&] { return meeting.meetings != now || !meeting.failure.empty(); });
    if (meeting.meetings == now) throw Error(meeting.failure);
    numbers = meeting.sums;
  }
};

/// Runs `work` in `count` threads at once. If one throws, the others are told at their next add_up(), and all of them end: throws Error
/// "rank 2: " and what it said.
inline void in_threads(int count, const std::function<void(Rank&)>& work) {
  Meeting meeting;
  meeting.brought.resize(static_cast<std::size_t>(count));
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i)
    threads.emplace_back([&, i] {
      ThreadRank rank(i, count, meeting);
      try {
        work(rank);
      } catch (const std::exception& error) {
        meeting.fail("rank " + std::to_string(i) + ": " + error.what());
      }
    });
  for (std::thread& thread : threads) thread.join();
  if (!meeting.failure.empty()) throw Error(meeting.failure);
}

#ifdef LESSON_HAS_MPI
struct MpiRank : Rank {
  using Rank::Rank;
  void add_up(std::vector<Scalar>& numbers) override {
    static_assert(std::is_same<Scalar, float>::value, "numbers travel as MPI_FLOAT");
    MPI_Allreduce(MPI_IN_PLACE, numbers.data(), static_cast<int>(numbers.size()), MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
  }
};
#endif

/// The processes of this run: one, or as many as mpirun has started. Made once, by main.
class Processes {
 public:
  Processes() {
    if (std::getenv("OMPI_COMM_WORLD_SIZE") == nullptr && std::getenv("PMI_SIZE") == nullptr) return;  // nobody called mpirun
#ifdef LESSON_HAS_MPI
    MPI_Init(nullptr, nullptr);
    MPI_Comm_rank(MPI_COMM_WORLD, &mine_);
    MPI_Comm_size(MPI_COMM_WORLD, &count_);
    if (mine_ > 0 && std::freopen("/dev/null", "w", stdout) == nullptr) finish(1);  // all ranks run the same program, and rank 0 speaks
    kernels::set_threads(1);                                                        // several processes need no threads
    std::cout << std::unitbuf;  // at once: a process that is ended loses what it has not written yet
#else
    std::cerr << "lesson 89: mpirun started it, but it was built without MPI (apt-get install libopenmpi-dev, then make again)\n";
    std::exit(2);
#endif
  }

  /// Who does the work of in_ranks(), in words.
  std::string text() const {
    return count_ > 1 ? std::to_string(count_) + " processes, by MPI" : std::to_string(as_threads) + " threads of one process";
  }
  /// How many ranks in_ranks() has.
  int ranks() const { return count_ > 1 ? count_ : as_threads; }

  /// Runs `work` in all ranks: in this process, as one of several, or in four threads.
  void in_ranks(const std::function<void(Rank&)>& work) const {
#ifdef LESSON_HAS_MPI
    if (count_ > 1) {
      MpiRank rank(mine_, count_, true);
      try {
        return work(rank);
      } catch (const std::exception& error) {  // the others wait for this one: end them too
        std::cerr << "lesson 89: rank " << mine_ << ": " << error.what() << "; all ranks end" << std::endl;
        MPI_Abort(MPI_COMM_WORLD, 1);
      }
    }
#endif
    in_threads(as_threads, work);
  }

  /// What main returns: `status`. A process that failed ends the others, which may wait for it.
  int finish(int status) const {
#ifdef LESSON_HAS_MPI
    if (count_ > 1 && status != 0) MPI_Abort(MPI_COMM_WORLD, status);
    if (count_ > 0) MPI_Finalize();
#endif
    return status;
  }

 private:
  static constexpr int as_threads = 4;
  int mine_ = 0, count_ = 0;  // 0: without MPI
};
