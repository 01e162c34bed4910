#include <qkv/qkv.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "two_things.h"

using namespace qkv;

namespace {

// The example: T = 3 words of width E = 6, and h = 2 heads of width d = 3.
const Index T = 3, E = 6, h = 2, d = E / h;
const Tensor x = tensor({{0.5, -1.0, 0.3, 0.8, 0.0, 1.2}, {1.5, 0.4, -0.7, 0.1, 0.9, -0.2}, {-0.6, 1.1, 0.2, -1.3, 0.7, 0.5}});

/// W x_t for each word t, number by number.  (T, d)
/// W are the rows of in_proj_weight (3E, E) that belong to one head: of W_q for part 0, W_k for 1, W_v for 2.
Tensor project_by_hand(const nn::MultiheadAttention& attention, Index part, Index head) {
  Index start = part * E + head * d;
  Tensor W = slice(attention.in_proj_weight, 0, start, start + d), y = zeros({T, d});
  for (Index t = 0; t < T; ++t)
    for (Index i = 0; i < d; ++i) {
      double total = 0;
      for (Index n = 0; n < E; ++n) total += W.at({i, n}) * x.at({t, n});
      y.set({t, i}, total);
    }
  return y;
}

/// A single head as one would do it on paper: scores, weights and context of each word t.
Attended head_by_hand(const Tensor& q, const Tensor& k, const Tensor& v) {
  Tensor context = zeros({T, d}), alpha = zeros({T, T});
  for (Index t = 0; t < T; ++t) {
    double total = 0;
    for (Index s = 0; s < T; ++s) {
      double dot = 0;
      for (Index i = 0; i < d; ++i) dot += q.at({t, i}) * k.at({s, i});
      alpha.set({t, s}, exp(dot / std::sqrt(static_cast<double>(d))));
      total += alpha.at({t, s});
    }
    for (Index s = 0; s < T; ++s) {
      alpha.set({t, s}, alpha.at({t, s}) / total);
      for (Index i = 0; i < d; ++i) context.set({t, i}, context.at({t, i}) + alpha.at({t, s}) * v.at({s, i}));
    }
  }
  return {context, alpha};
}

/// (T, E) -> (h, T, d): each head its columns of every word. Without `permuted`, the mistake of --break=no-permute: each head some words.
Tensor split_heads(const Tensor& y, bool permuted) { return permuted ? transpose(reshape(y, {T, h, d}), 0, 1) : reshape(y, {h, T, d}); }

/// All heads at once, by matrices: project, split, attend, put side by side.  Output before out_proj (T, E), weights (h, T, T).
Attended heads_by_matrices(const nn::MultiheadAttention& attention, bool permuted) {
  Tensors qkv_parts = chunk(linear(x, attention.in_proj_weight), 3, 1);  // three of (T, E)
  for (Tensor& part : qkv_parts) part = split_heads(part, permuted);
  Attended heads = scaled_dot_product_attention(qkv_parts[0], qkv_parts[1], qkv_parts[2]);
  return {reshape(transpose(heads.output, 0, 1), {T, E}), heads.weights};
}

/// Its second half before its first.
Tensor swapped(const Tensor& y, Index axis) {
  Tensors halves = chunk(y, 2, axis);
  return concat({halves[1], halves[0]}, axis);
}

/// "0 to 2": the rows that belong to one head, in the matrix of all parts.
std::string range(Index part, Index head) {
  Index start = part * E + head * d;
  return show::whole(start) + " to " + show::whole(start + d - 1);
}

void the_question(show::Lesson& lesson, const nn::MultiheadAttention& attention) {
  lesson.section("The question");
  lesson.say(
      "A row of attention weights sums to 1: what one place gets, another loses. What if a word needs two things? Three words of width 6 "
      "attend to each other with two heads of width 3. The projections of all heads stand in one matrix, in_proj (18, 6); each head owns "
      "some of its rows.");
  const char* const names[] = {"x_the", "x_cat", "x_sat"};
  for (Index t = 0; t < T; ++t) lesson.show(names[t], select(x, 0, t));
  const Tensors parts = chunk(attention.in_proj_weight, 3, 0);
  lesson.show("W_q", parts[0]);
  lesson.show("W_k", parts[1]);
  lesson.show("W_v", parts[2]);
  lesson.show("W_out", attention.out_proj.weight);
  show::Table rows({"head", "rows of W_q", "of W_k", "of W_v", "columns of out_proj"});
  for (Index head = 0; head < h; ++head) {
    std::vector<std::string> row{show::whole(head)};
    for (Index part : {0, 1, 2, 0}) row.push_back(range(part, head));  // out_proj has columns where W_q has rows
    rows.add_row(row);
  }
  lesson.show(rows);
}

struct SingleHeads {
  Tensors contexts, alphas;  ///< (T, d) and (T, T) of each
};

SingleHeads two_single_heads(show::Lesson& lesson, const nn::MultiheadAttention& attention) {
  lesson.section("Two single heads", "head = softmax((W_q x) (W_k x)^T / sqrt(d)) W_v x");
  lesson.name_columns(15);
  SingleHeads result;
  for (Index head = 0; head < h; ++head) {
    Tensor q = project_by_hand(attention, 0, head), k = project_by_hand(attention, 1, head), v = project_by_hand(attention, 2, head);
    Attended single = head_by_hand(q, k, v);
    lesson.show("head " + show::whole(head) + "  q", q);
    lesson.show("        k", k);
    lesson.show("        v", v);
    lesson.show("        weights", single.weights);
    lesson.show("        context", single.output);
    result.contexts.push_back(single.output);
    result.alphas.push_back(single.weights);
  }
  return result;
}

void side_by_side_and_mixed(show::Lesson& lesson, const nn::MultiheadAttention& attention, const SingleHeads& single,
                            const Attended& library) {
  lesson.section("Side by side, and mixed", "y = concat(head_0, head_1) W_out^T");
  Tensor side_by_side = concat(single.contexts, 1), y = linear(side_by_side, attention.out_proj.weight);
  lesson.show("concat", side_by_side);
  lesson.show("y", y);
  Attended matrices = heads_by_matrices(attention, !lesson.broken("no-permute"));
  lesson.compare("contexts, single heads and all at once", side_by_side, matrices.output);
  lesson.compare("weights, single heads and the library's", stack(single.alphas), select(library.weights, 0, 0));
  lesson.compare("y, single heads and the library's", y, select(library.output, 0, 0));
  Tensors W_out = chunk(attention.out_proj.weight, h, 1);
  lesson.compare("y, and the heads mixed one by one and added", y,
                 linear(single.contexts[0], W_out[0]) + linear(single.contexts[1], W_out[1]));
}

void what_is_split(show::Lesson& lesson, const nn::MultiheadAttention& attention, const Tensor& side_by_side) {
  lesson.section("What is split");
  lesson.say("The numbers 0 to 5 belong to the, 6 to 11 to cat, 12 to 17 to sat. Split by features, each head sees all words:");
  Tensor numbers = reshape(arange(T * E), {T, E});
  lesson.show("right", split_heads(numbers, true));
  lesson.say("Reshaped without the permutation, the shape is the same and no error comes. But head 0 never sees sat:");
  lesson.show("wrong", split_heads(numbers, false));
  lesson.compare("contexts, right and wrong", side_by_side, heads_by_matrices(attention, false).output);
}

void cases_whose_answer_is_known(show::Lesson& lesson, const nn::MultiheadAttention& attention, const Tensor& library) {
  lesson.section("Cases whose answer is known");
  Rng again(lesson.seed());
  const nn::MultiheadAttentionOptions& options = attention.options;
  nn::MultiheadAttention one(E, 1, again, options), exchanged(E, h, again, options);
  Tensor batch = unsqueeze(x, 0);
  Tensors whole = chunk(linear(x, one.in_proj_weight), 3, 1);
  lesson.say("One head is plain attention. And heads have no order: exchange their rows and columns, and y is the same.");
  lesson.compare("one head and plain attention", select(one(batch).output, 0, 0),
                 one.out_proj(scaled_dot_product_attention(whole[0], whole[1], whole[2]).output));
  exchanged.in_proj_weight.copy_from(reshape(swapped(reshape(attention.in_proj_weight, {3, E, E}), 1), {3 * E, E}));
  exchanged.out_proj.weight.copy_from(swapped(attention.out_proj.weight, 1));
  lesson.compare("heads 0, 1 and heads 1, 0", library, exchanged(batch).output);
  lesson.say(
      "The number of parameters is 4 E E = 144, whatever the number of heads. With more heads there are more maps, and each head is "
      "narrower.");
  show::Table count({"heads", "width of a head", "parameters", "weights in the maps"});
  for (Index heads : {1, 2, 3, 6})
    count.add_row({show::whole(heads), show::whole(E / heads),
                   show::whole(nn::MultiheadAttention(E, heads, again, options).parameter_count()), show::whole(heads * T * T)});
  lesson.show(count);
  lesson.show_error("4 heads", [&] { nn::MultiheadAttention(E, 4, again, options); });
}

show::HeatMap map(const Tensor& values, const char* title) {
  return {values, {"at 2", "at 3", "at 4", "at 5"}, {"0", "1", "2", "3", "4", "5"}, title, 0, 1};
}

void what_heads_learn(show::Lesson& lesson) {
  lesson.section("What heads learn", "Adam on mean squared error");
  lesson.say(
      "Six tokens of six random numbers, each with its position. From token 2 on, each must give two things: the numbers of the token "
      "before it, and those of the very first. One attention layer of width 12, nothing else. Guessing 0 costs 1 for each. Squared errors, "
      "median and range over the seeds:");
  lesson.show("seeds", lesson.seeds());
  const Index steps = lesson.quick() ? 600 : 2000;
  show::Table table({"heads", "width", "parameters", "error, before", "error, first", "together"});
  table.add_row({"guess 0", "", "", "1.00", "1.00", "2.00"});
  Tried one, two;
  for (Index heads : {1, 2, 4, 12}) {
    const Tried tried = try_heads(heads, steps, lesson.seed(), lesson.seeds());
    table.add_row({show::whole(heads), show::whole(width / heads), show::whole(tried.parameters), show::median_and_range(tried.before, 2),
                   show::median_and_range(tried.first, 2), show::median_and_range(tried.together, 2)});
    if (heads == 1) one = tried;
    if (heads == 2) two = tried;
  }
  lesson.show(table);
  lesson.say("The maps of the first seed's two heads, and their average:");
  lesson.show("head_0", map(select(two.maps, 0, 0), "Two heads: head 0"));
  lesson.show("head_1", map(select(two.maps, 0, 1), "Two heads: head 1"));
  lesson.show("average", map(mean(two.maps, 0), "Two heads: their average"));
  lesson.say("Mean weights over the seeds:");
  lesson.name_columns(42);
  lesson.show("two heads, one: on the first token", show::median_and_range(two.on_first, 2));
  lesson.show("two heads, the other: on the token before", show::median_and_range(two.on_before, 2));
  lesson.show("two heads, average: on the first token", show::median_and_range(two.average_on_first, 2));
  lesson.show("one head: on the first token", show::median_and_range(one.on_first, 2));
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "Two heads of half the width, with not one parameter more, give both answers. One head has to share. The average of the two maps "
      "looks like a head that shares, so look at heads one by one. And more heads are not always better: a head of width 1 can prefer the "
      "largest key or the smallest, so it finds the first token, but hardly 'the one before', which is another key for every query.");
}

void lesson_body(show::Lesson& lesson) {
  Rng rng(lesson.seed());
  nn::MultiheadAttentionOptions options;
  options.bias = false;
  nn::MultiheadAttention attention(E, h, rng, options);
  Attended library = with_maps(attention, unsqueeze(x, 0));

  the_question(lesson, attention);
  SingleHeads single = two_single_heads(lesson, attention);
  side_by_side_and_mixed(lesson, attention, single, library);
  what_is_split(lesson, attention, concat(single.contexts, 1));
  cases_whose_answer_is_known(lesson, attention, library.output);
  what_heads_learn(lesson);
  what_to_notice(lesson);
}

const show::LessonInfo info{"35",
                            "Multi-head attention",
                            "多头注意力",
                            "《分析与预测》 §2.1, §3.3; 《认知平衡》 §9.2",
                            "Two heads of width 3 equal two single attentions with the same weights; then one layer learns a task "
                            "that needs two looks at once, with one head, two, four and twelve.",
                            {{"no-permute", "the sequence is split among the heads, not the features"}},
                            10};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
