#include <qkv/kernels/parallel.h>

#include "cheaper.h"

namespace {

constexpr Index d = 64;

/// The share of numbers that are not 0, as text.
std::string percent(double share) { return show::number(100 * share, 0) + "%"; }

void a_sparse_product(show::Lesson& lesson, bool keep_zeros) {
  lesson.section("A sparse product by hand", "only what is not 0 is kept and multiplied");
  const Tensor A = tensor({{0, 2, 0, 0}, {1, 0, 0, -1}, {0, 0, 0, 3}}), V = tensor({{1, 2}, {3, 0}, {5, 1}, {0, 4}});
  const Sparse S = sparse(A, keep_zeros);
  const auto text = [](const auto& numbers) {
    std::string all;
    for (const auto number : numbers) all += (all.empty() ? "" : "  ") + show::number(static_cast<double>(number), 0);
    return all;
  };
  lesson.show("A", A);
  lesson.show("V", V);
  lesson.name_columns(24);
  lesson.show("numbers kept", text(S.value));
  lesson.show("their columns", text(S.column));
  lesson.show("where a row starts", text(S.start));
  Index dense = 0, few = 0;
  lesson.show("A V", product(S, V, few));
  lesson.compare("dense and sparse", product(A, V, dense), product(S, V, few = 0));
  lesson.name_columns(24);
  lesson.show("multiply-adds, dense", dense);
  lesson.show("multiply-adds, sparse", few);
}

void dense_for_sparse(show::Lesson& lesson, bool keep_zeros, Rng& rng) {
  const Index n = lesson.quick() ? 256 : 512, square = 32;
  lesson.section("Dense instead of sparse?", "A V,  A (n, n) with zeros,  V (n, 64)");
  lesson.say(
      "n = " + show::whole(n) +
      ". The zeros are scattered, or they leave whole squares of 32 x 32. A dense product does not look for zeros. Times are divided "
      "by that of a dense product: by the same plain loops, or by the library.");
  show::Table table({"not 0", "multiply-adds", "dense", "loops / dense loops", "loops / library", "squares / library"});
  show::Series scattered{"scattered, plain loops", {}, {}}, squares{"squares", {}, {}}, library{"dense, library", {}, {}};
  const Tensor V = randn({n, d}, rng);
  for (double share : {0.5, 0.25, 0.1, 0.05, 0.02}) {
    const Tensor A = with_zeros(n, share, 1, rng), B = with_zeros(n, share, square, rng);
    const Sparse S = sparse(A, keep_zeros);
    const Blocks D = blocks(B, square);
    Index count = 0, ignored = 0;
    const double worst =
        std::max<double>(max(abs(product(S, V, count) - matmul(A, V))).item(), max(abs(product(D, V, ignored) - matmul(B, V))).item());
    require_equal(worst);
    const std::vector<double> times = seconds_of(
        {[&] { product(S, V, ignored); }, [&] { product(A, V, ignored); }, [&] { product(D, V, ignored); }, [&] { matmul(A, V); }});
    table.add_row({percent(share), show::whole(count), show::whole(n * n * d), show::number(times[0] / times[1], 2),
                   show::number(times[0] / times[3], 2), show::number(times[2] / times[3], 2)});
    for (show::Series* series : {&scattered, &squares, &library}) series->x.insert(series->x.begin(), share);
    scattered.y.insert(scattered.y.begin(), times[0] / times[3]), squares.y.insert(squares.y.begin(), times[2] / times[3]);
    library.y.insert(library.y.begin(), 1);
  }
  lesson.show(table);
  show::LineChart chart{"Time of a sparse product", "share of numbers that are not 0", "time / dense product of the library", {}};
  chart.series = {scattered, squares, library};
  chart.log_x = chart.log_y = true;
  lesson.save("sparse", show::draw(chart));
}

void a_window(show::Lesson& lesson, Rng& rng) {
  const Index window = 16, longest = lesson.quick() ? 512 : 1024;
  lesson.section("A window", "|i - j| <= 16, computed 64 queries at a time");
  lesson.say(
      "Local attention: a query meets its neighbours only. If a mask hides the others, all pairs are computed all the same. If the queries "
      "are taken 64 at a time, with the keys around them, only these pairs are computed, and by dense products. Times are divided by that "
      "of full attention.");
  show::Table table({"n", "pairs, full", "pairs, in pieces", "by a mask: time", "in pieces: time"});
  for (Index n = 128; n <= longest; n *= 2) {
    const Tensor Q = randn({n, d}, rng), K = randn({n, d}, rng), V = randn({n, d}, rng);
    AttentionOptions masked;
    masked.mask = far_away(n, window);
    Index count = 0, ignored = 0;
    require_equal(max(abs(window_attention(Q, K, V, window, 64, count) - scaled_dot_product_attention(Q, K, V, masked).output)).item());
    const std::vector<double> times = seconds_of({[&] { scaled_dot_product_attention(Q, K, V, masked); },
                                                  [&] { window_attention(Q, K, V, window, 64, ignored); }, [&] { attention(Q, K, V); }});
    table.add_row({show::whole(n), show::whole(n * n), show::whole(count / (2 * d)), show::number(times[0] / times[2], 1),
                   show::number(times[1] / times[2], 1)});
  }
  lesson.show(table);
}

void is_self_attention_cheap(show::Lesson& lesson) {
  lesson.section("Is self-attention the cheap one?", "multiply-adds of a layer, d = 64");
  const struct {
    const char *layer, *formula;
    std::int64_t (*count)(std::int64_t n);
  } layers[] = {{"self-attention", "4 n d d + 2 n n d", [](std::int64_t n) { return 4 * n * d * d + 2 * n * n * d; }},
                {"16 queries ask", "2 n d d + 32 d d + 32 n d", [](std::int64_t n) { return 2 * n * d * d + 32 * d * d + 32 * n * d; }},
                {"one query asks", "2 n d d + 2 d d + 2 n d", [](std::int64_t n) { return 2 * n * d * d + 2 * d * d + 2 * n * d; }},
                {"an LSTM", "8 n d d", [](std::int64_t n) { return 8 * n * d * d; }},
                {"a linear layer", "n d d", [](std::int64_t n) { return n * d * d; }}};
  show::Table table({"", "formula", "n = 64", "n = 512", "n = 4,096"});
  for (const auto& layer : layers)
    table.add_row(
        {layer.layer, layer.formula, show::whole(layer.count(64)), show::whole(layer.count(512)), show::whole(layer.count(4096))});
  lesson.show(table);
}

void parallel_and_hardware(show::Lesson& lesson, Rng& rng) {
  lesson.section("Parallel, and faster hardware", "the same products, n = 256, eight heads of width 64");
  const Index n = 256, heads = 8;
  const Tensor Q = randn({heads, n, d}, rng), K = randn({heads, n, d}, rng), V = randn({heads, n, d}, rng);
  show::Table table({"", "multiply-adds", "time", "processor time"});
  const std::string count = show::whole(2 * heads * n * n * d);
  Index by_loops = 0;
  const Tensor q = Q[0], k = K[0], v = V[0];
  const auto loops = [&] { product(softmax(product(q, transpose(k), by_loops) / 8), v, by_loops); };  // one head
  double time[3], processor[3];
  for (int threads : {1, 2}) {
    kernels::set_threads(threads);
    time[threads] = infinity, processor[threads] = infinity;
    for (int round = 0; round < 20; ++round) {
      const show::Stopwatch watch;
      const show::Stopwatch computing(show::Clock::processors);
      for (int i = 0; i < 5; ++i) attention(Q, K, V);
      time[threads] = std::min(time[threads], watch.seconds()), processor[threads] = std::min(processor[threads], computing.seconds());
    }
  }
  kernels::set_threads(1);
  time[0] = infinity;
  for (int round = 0; round < 3; ++round) time[0] = std::min(time[0], static_cast<double>(heads) * 5 * times_in_turn({loops}, 1)[0]);
  require_equal(by_loops % (2 * n * n * d) == 0 ? 0 : 1);
  table.add_row({"library, one thread", count, "1", "1"});
  table.add_row({"library, two threads", count, show::number(time[2] / time[1], 1), show::number(processor[2] / processor[1], 1)});
  table.add_row({"plain loops, one thread", count, show::number(time[0] / time[1], 0), show::number(time[0] / time[1], 0)});
  lesson.show(table);
}

void sharing(show::Lesson& lesson, Rng& rng) {
  const Index n = 256, h = 4;
  lesson.section("Sharing parameters", "n = 256, d = 64, four heads, two layers");
  const Heads first(Share::nothing, d, h, rng), second(Share::nothing, d, h, rng), tied(Share::query_and_key, d, h, rng),
      also_tied(Share::query_and_key, d, h, rng), one(Share::keys_and_values_of_heads, d, h, rng),
      another(Share::keys_and_values_of_heads, d, h, rng);
  const struct {
    const char* what;
    const Heads &lower, &upper;
  } kinds[] = {{"W_q = W_k", tied, also_tied},
               {"one key and value for all heads", one, another},
               {"both layers the same", first, first},
               {"nothing", first, second}};
  const Tensor X = randn({n, d}, rng);
  std::vector<std::function<void()>> works;
  for (const auto& kind : kinds) works.push_back([&] { kind.upper(kind.lower(X)); });
  const std::vector<double> times = seconds_of(works);
  show::Table table({"shared", "parameters", "multiply-adds", "of them pairs", "time / nothing shared"});
  for (std::size_t i = 0; i < 4; ++i) {
    const Index numbers = kinds[i].lower.parameters() + (&kinds[i].lower == &kinds[i].upper ? 0 : kinds[i].upper.parameters());
    table.add_row({kinds[i].what, show::whole(numbers), show::whole(kinds[i].lower.multiply_adds(n) + kinds[i].upper.multiply_adds(n)),
                   show::whole(2 * 2 * n * n * d), show::number(times[i] / times[3], 2)});
  }
  lesson.show(table);
}

void lesson_body(show::Lesson& lesson) {
  NoGrad no_graph;
  Rng rng(lesson.seed());
  const bool keep_zeros = lesson.broken("keep-zeros");
  const int threads = kernels::threads();
  kernels::set_threads(1);
  lesson.section("The question");
  lesson.say(
      "Attention costs much. The articles name five ways to make it cheaper: dense products instead of sparse ones, a window, "
      "self-attention, "
      "parallel hardware, shared parameters. Does each lower the amount of computation (multiply-adds), the time, both or neither?");
  a_sparse_product(lesson, keep_zeros);
  dense_for_sparse(lesson, keep_zeros, rng);
  a_window(lesson, rng);
  is_self_attention_cheap(lesson);
  parallel_and_hardware(lesson, rng);
  sharing(lesson, rng);
  kernels::set_threads(threads);
  lesson.section("What to notice");
  lesson.say(
      "Fewer multiply-adds and less time are two things. A dense product does more of them, and each of them faster. Threads and hardware "
      "make them faster, and not fewer. A mask does not save any. Shared parameters save memory, and computation only where the same "
      "product "
      "would have been made twice. What grows with n n shrinks only if pairs are left out.");
}

const show::LessonInfo info{"93",
                            "Cheaper",
                            "降低计算复杂度",
                            "《资源分配》 §9; 《专注力》 §9; 《分析与预测》 §9; 《解密注意力》 §6",
                            "Dense for sparse products, windows, self-attention, threads and shared parameters: multiply-adds counted, and "
                            "times beside them.",
                            {{"keep-zeros", "the sparse form keeps the zeros too"}}};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
