#include <qkv/show/chart.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "models.h"

namespace {

void the_question(show::Lesson& lesson) {
  lesson.section("The question");
  Rng rng(lesson.seed());
  lesson.say(
      "A graph (图): nodes, and edges between some of them. Node 0 is asked: is the number of steps to the goal odd? A tree of 12 nodes, "
      "and how many steps each is away from node 0, found breadth first:");
  const Graph12 tree = draw_tree(rng);
  const std::array<Index, nodes> distance = distances_from(tree, asked);
  show::Table table({"node", "its neighbours", "steps from 0", "odd"});
  for (Index i = 0; i < nodes; ++i) {
    std::string neighbours;
    for (Index j = 0; j < nodes; ++j)
      if (tree[i][j]) neighbours += (neighbours.empty() ? "" : " ") + std::to_string(j);
    table.add_row({show::whole(i), neighbours, show::whole(distance[i]), distance[i] % 2 == 1 ? "yes" : "no"});
  }
  lesson.show(table);
}

void a_mark_spreads(show::Lesson& lesson) {
  lesson.section("A mark spreads", "h_i = mean of h_j over i and its neighbours");
  lesson.say(
      "By hand: a ring of six nodes, 0 - 1 - 2 - 3 - 4 - 5 - 0. The goal, node 3, holds a 1. In each layer every node takes the mean of "
      "itself and its two neighbours:");
  Tensor see = zeros({6, 6}), h = zeros({6, 1});
  for (Index i = 0; i < 6; ++i)
    for (Index j : {i, (i + 1) % 6, (i + 5) % 6}) see.set({i, j}, 1.0 / 3);
  h.set({3, 0}, 1);
  show::Table table({"layers", "node 0", "1", "2", "3", "4", "5"});
  for (Index layer = 0; layer <= 4; ++layer) {
    std::vector<std::string> row{show::whole(layer)};
    for (Index i = 0; i < 6; ++i) row.push_back(show::number(h.at({i, 0})));
    table.add_row(row);
    h = matmul(see, h);
  }
  lesson.show(table);
  lesson.say(
      "Node 0 is three steps away, and learns of the goal in layer 3. Attention over the edges has other weights, but the same zeros.");
}

void beyond_the_depth(show::Lesson& lesson) {
  lesson.section("Beyond the depth: exactly 0");
  lesson.say(
      "Readers that have learned nothing, edges as mask, on a ring of 12. The goal moves one step further away. By how much do node 0's "
      "two scores change (the larger change)?");
  show::Table table({"layers", "1 to 2 steps", "2 to 3", "3 to 4", "4 to 5", "5 to 6"});
  NoGrad no_graph;
  for (Index depth : {1, 2, 3, 4}) {
    Rng rng(lesson.seed());
    const GraphReader reader({"", Sees::edges, Knows::kind, depth}, rng);
    std::vector<std::string> row{show::whole(depth)};
    for (Index steps = 1; steps < farthest; ++steps) {
      const double change = max(abs(reader(ring_with_goal(steps + 1)) - reader(ring_with_goal(steps)))).item();
      row.push_back(change == 0 ? "0" : show::number(change, 5));
    }
    table.add_row(row);
  }
  lesson.show(table);
}

void positions(show::Lesson& lesson) {
  lesson.section("Positions in a graph", "L = I - D^-1/2 A D^-1/2,  L u = lambda u");
  lesson.say(
      "A is 1 where there is an edge, D holds how many neighbours each node has. The eigenvectors (特征向量) of L are waves on the graph. "
      "On the path 0 - 1 - ... - 11, the slowest one after that with lambda = 0, and the fastest:");
  Rng rng(lesson.seed());
  const std::vector<std::vector<double>> u = eigenvectors(path(), rng);
  const double slow_sign = u[1][0] > 0 ? 1 : -1, fast_sign = u.back()[0] > 0 ? 1 : -1;
  show::Table table({"node", "slowest", "fastest"});
  for (Index i = 0; i < nodes; ++i)
    table.add_row({show::whole(i), show::number(slow_sign * u[1][i]), show::number(fast_sign * u.back()[i])});
  lesson.show(table);
  lesson.say("The fastest wave changes its sign with every step. Two nodes are an odd number of steps apart if their signs differ.");
}

void who_can_answer(show::Lesson& lesson) {
  lesson.section("Who can answer?");
  std::vector<Run> runs;
  for (int i = 0; i < lesson.seeds(); ++i)
    runs.push_back(one_seed(lesson.quick() ? 600 : 1500, lesson.quick() ? 6 : 10, lesson.seed() + static_cast<std::uint64_t>(i),
                            lesson.broken("one-way")));
  lesson.say(
      "Rings and trees of 12 nodes, half of each. The share of right answers on 1,200 new ones by the number of steps, median of the seeds "
      "and range. Guessing has 0.50 in each column; breadth first has 1.00:");
  show::Table table({"a node looks at", "layers", "parameters", "1 or 2 steps", "3 or 4", "5 or 6"});
  show::LineChart chart{"Is the number of steps odd?", "steps, at most", "right", {}};
  chart.y_low = 0.3, chart.y_high = 1.1;
  for (std::size_t k = 0; k < designs.size(); ++k) {
    const std::string layers = show::whole(designs[k].depth);
    std::vector<std::string> row{designs[k].name, layers, show::whole(runs[0].parameters[k])};
    show::Series line{designs[k].name + ", " + layers, {2, 4, 6}, {}};
    for (std::size_t group = 0; group < 3; ++group) {
      std::vector<double> all;
      for (const Run& run : runs) all.push_back(run.right[k][group]);
      row.push_back(show::median_and_range(all, 2));
      line.y.push_back(show::median(all));
    }
    table.add_row(row);
    if (designs[k].name == "edges as mask" || k == 0 || designs[k].knows == Knows::slow) chart.series.push_back(line);
  }
  lesson.show(table);
  lesson.show("seeds", lesson.seeds());
  lesson.show("steps", chart);
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "Attention sees a set. A graph must be told to it: as a mask, or as positions. With edges as mask a layer carries news one step, and "
      "what is further away than there are layers does not exist for a node. A plain mean over the neighbours does as well here: the "
      "structure is in the mask, not in the weights. Positions carry it to any distance at once, but only those that fit the question.");
}

void lesson_body(show::Lesson& lesson) {
  the_question(lesson);
  a_mark_spreads(lesson);
  beyond_the_depth(lesson);
  positions(lesson);
  who_can_answer(lesson);
  what_to_notice(lesson);
}

const show::LessonInfo info{
    "83",
    "Graph",
    "图",
    "《分析与预测》 §8.2; 《解密注意力》 §5",
    "Is the number of steps between two nodes odd? Rings and trees, read by attention to all, along edges, and with positions: depth "
    "against distance.",
    {{"one-way", "every edge is noted once, by the node with the smaller number"}},
    10};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
