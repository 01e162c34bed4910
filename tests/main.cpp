#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <iostream>

namespace {

/// Ends the report with "N passed, N failed" (and ", N skipped" if any), the line that tests/run adds up.
struct Count : doctest::IReporter {
  explicit Count(const doctest::ContextOptions&) {}
  void test_case_start(const doctest::TestCaseData&) override { ++started; }
  void test_run_end(const doctest::TestRunStats& all) override {
    std::cout << started - all.numTestCasesFailed << " passed, " << all.numTestCasesFailed << " failed";
    if (skipped > 0) std::cout << ", " << skipped << " skipped";
    std::cout << std::endl;
  }
  void test_case_skipped(const doctest::TestCaseData& test) override { skipped += test.m_skip ? 1 : 0; }

  void report_query(const doctest::QueryData&) override {}
  void test_run_start() override {}
  void test_case_reenter(const doctest::TestCaseData&) override {}
  void test_case_end(const doctest::CurrentTestCaseStats&) override {}
  void test_case_exception(const doctest::TestCaseException&) override {}
  void subcase_start(const doctest::SubcaseSignature&) override {}
  void subcase_end() override {}
  void log_assert(const doctest::AssertData&) override {}
  void log_message(const doctest::MessageData&) override {}

  unsigned started = 0, skipped = 0;
};

REGISTER_LISTENER("count", 1, Count);

}  // namespace
