#include <qkv/show/graph_picture.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace qkv::show {
namespace {

constexpr double title_room = 34, margin = 16, gap = 18, header = 24, row = 20, operation_size = 15;
constexpr Colour header_fill{232, 240, 247}, given_fill{252, 243, 226}, rim{120, 140, 160}, gradient_ink{190, 60, 20};

double box_height(const GraphNode& node) { return header + row * (!node.value.empty() + !node.gradient.empty()); }

double box_width(const GraphNode& node) {
  double rows = 0;
  if (!node.value.empty()) rows = text_width("value", {Align::left, grey, 12}) + text_width(node.value, {Align::left, ink, 13});
  if (!node.gradient.empty())
    rows = std::max(rows, text_width("grad", {Align::left, grey, 12}) + text_width(node.gradient, {Align::left, ink, 13}));
  return std::ceil(std::max(text_width(node.name, {Align::left, ink, 14, true}) + 16, rows + 26));
}

double operation_width(const GraphNode& node) { return std::max(2 * operation_size, std::ceil(text_width(node.operation) + 14)); }

/// How many operations lie before each node. What was given stands just before its first use.
std::vector<std::size_t> depths(const std::vector<GraphNode>& nodes) {
  enum State { unseen, open, done };
  std::vector<State> state(nodes.size(), unseen);
  std::vector<std::size_t> depth(nodes.size(), 0), stack;
  for (std::size_t start = 0; start < nodes.size(); ++start) {
    stack.push_back(start);
    while (!stack.empty()) {  // no recursion: a chain may be long
      const std::size_t at = stack.back();
      if (state[at] == unseen) {
        state[at] = open;
        for (std::size_t from : nodes[at].from) {
          require(state[from] != open, "graph_picture: '", nodes[from].name, "' comes from itself");
          if (state[from] == unseen) stack.push_back(from);
        }
        continue;
      }
      stack.pop_back();
      if (state[at] == done) continue;
      for (std::size_t from : nodes[at].from) depth[at] = std::max(depth[at], depth[from] + 1);
      state[at] = done;
    }
  }
  std::vector<std::size_t> first_use(nodes.size(), nodes.size() + 1);
  for (std::size_t i = 0; i < nodes.size(); ++i)
    for (std::size_t from : nodes[i].from) first_use[from] = std::min(first_use[from], depth[i]);
  for (std::size_t i = 0; i < nodes.size(); ++i)
    if (nodes[i].from.empty() && first_use[i] <= nodes.size()) depth[i] = first_use[i] - 1;
  return depth;
}

/// What takes a place in a column: a box, an operation, or an arrow on its way past.
struct Item {
  std::size_t column;
  double height;
  bool passing;                            // an arrow
  std::vector<std::size_t> before, after;  // its neighbours in the columns beside it
  double y = 0;                            // its middle
};

/// Columns 0, 2, 4 .. hold boxes, 1, 3, 5 .. operations; an arrow takes an item in each column that it passes.
struct Layout {
  std::vector<Item> items;
  std::vector<std::vector<std::size_t>> columns, arrows;  // of items, from top to bottom; the items that an arrow connects
  std::vector<std::size_t> box, operation;                // the items of a node

  std::size_t add(std::size_t column, double height, bool passing = false) {
    if (columns.size() <= column) columns.resize(column + 1);
    columns[column].push_back(items.size());
    items.push_back({column, height, passing, {}, {}});
    return items.size() - 1;
  }
  void connect(std::size_t from, std::size_t to) {
    items[from].after.push_back(to);
    items[to].before.push_back(from);
  }

  explicit Layout(const std::vector<GraphNode>& nodes) : box(nodes.size()), operation(nodes.size()) {
    const std::vector<std::size_t> depth = depths(nodes);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      box[i] = add(2 * depth[i], box_height(nodes[i]));
      if (!nodes[i].from.empty()) operation[i] = add(2 * depth[i] - 1, 2 * operation_size);
    }
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      for (std::size_t from : nodes[i].from) {
        std::vector<std::size_t> arrow{box[from]};
        for (std::size_t column = 2 * depth[from] + 1; column + 1 < 2 * depth[i]; ++column) arrow.push_back(add(column, 4, true));
        arrow.push_back(operation[i]);
        for (std::size_t k = 1; k < arrow.size(); ++k) connect(arrow[k - 1], arrow[k]);
        arrows.push_back(arrow);
      }
      if (!nodes[i].from.empty()) connect(operation[i], box[i]);
    }
    for (const std::vector<std::size_t>& column : columns) stand(column);
    for (int pass = 0; pass < 12; ++pass) {  // to and fro: each goes where its neighbours are
      for (std::size_t column = 1; column < columns.size(); ++column) order(columns[column], &Item::before);
      for (std::size_t column = columns.size() - 1; column-- > 0;) order(columns[column], &Item::after);
    }
    for (int pass = 0; pass < 200; ++pass)  // the order is found; now the distances
      for (const std::vector<std::size_t>& column : columns) settle(column);
  }

  double towards(const Item& item, std::vector<std::size_t> Item::*side) const {
    double sum = 0;
    for (std::size_t other : item.*side) sum += items[other].y;
    return (item.*side).empty() ? item.y : sum / static_cast<double>((item.*side).size());
  }

  /// The items of a column one below the other, their middle at 0.
  void stand(const std::vector<std::size_t>& column) {
    double height = -gap;
    for (std::size_t at : column) height += items[at].height + gap;
    double top = -height / 2;
    for (std::size_t at : column) {
      items[at].y = top + items[at].height / 2;
      top += items[at].height + gap;
    }
  }
  void order(std::vector<std::size_t>& column, std::vector<std::size_t> Item::*side) {
    std::stable_sort(column.begin(), column.end(),
                     [&](std::size_t a, std::size_t b) { return towards(items[a], side) < towards(items[b], side) - 1e-6; });
    stand(column);
  }

  /// How much two neighbours want to be level: above all the pieces of a long arrow, then an operation and its result.
  static double strength(const Item& from, const Item& to) {
    if (from.passing && to.passing) return 16;
    return from.passing || to.passing || from.column % 2 == 0 ? 1 : 6;
  }

  /// Each item to the middle of all its neighbours, as far as those above and below it leave room: where items would overlap they move as
  /// one block.
  void settle(const std::vector<std::size_t>& column) {
    struct Block {
      double wanted, height, weight;  // where its middle should be; with the gaps between its items; how strongly it is pulled there
      std::size_t first, count;
    };
    std::vector<Block> blocks;
    for (std::size_t k = 0; k < column.size(); ++k) {
      const Item& item = items[column[k]];
      double sum = 0, weight = 0;
      auto pull = [&](const Item& other, double strength) {
        sum += strength * other.y;
        weight += strength;
      };
      for (std::size_t other : item.before) pull(items[other], strength(items[other], item));
      for (std::size_t other : item.after) pull(items[other], strength(item, items[other]));
      blocks.push_back({weight > 0 ? sum / weight : item.y, item.height, std::max(weight, 1e-3), k, 1});
      while (blocks.size() > 1) {
        Block &above = blocks[blocks.size() - 2], &below = blocks.back();
        if (above.wanted + above.height / 2 + gap <= below.wanted - below.height / 2) break;
        const double height = above.height + gap + below.height, both = above.weight + below.weight;
        // The middle of the whole such that the two are, on average, where they want to be.
        const double from_above = above.wanted - above.height / 2 + height / 2, from_below = below.wanted + below.height / 2 - height / 2;
        above = {(above.weight * from_above + below.weight * from_below) / both, height, both, above.first, above.count + below.count};
        blocks.pop_back();
      }
    }
    for (const Block& block : blocks) {
      double top = block.wanted - block.height / 2;
      for (std::size_t k = block.first; k < block.first + block.count; ++k) {
        items[column[k]].y = top + items[column[k]].height / 2;
        top += items[column[k]].height + gap;
      }
    }
  }
};

void draw_box(Picture& picture, const GraphNode& node, Point middle, double width) {
  const double height = box_height(node), left = middle.x - width / 2, top = middle.y - height / 2;
  const bool rows = height > header;
  picture.rectangle({left, top}, width, height, white, {rim, 1.2}, 6);
  const Colour fill = node.from.empty() ? given_fill : header_fill;
  picture.rectangle({left, top}, width, header, fill, {rim, 1.2}, 6);
  if (rows) {  // the header's lower corners are square
    picture.rectangle({left + 0.6, top + header - 8}, width - 1.2, 8, fill);
    picture.line({left, top + header}, {left + width, top + header}, {rim, 1});
  }
  picture.text({middle.x, top + header / 2}, node.name, {Align::centre, ink, 14, true});
  double y = top + header + row / 2;
  auto line = [&](const char* what, const std::string& number, Colour colour) {
    if (number.empty()) return;
    picture.text({left + 8, y}, what, {Align::left, grey, 12});
    picture.text({left + width - 8, y}, number, {Align::right, colour, 13});
    y += row;
  };
  line("value", node.value, ink);
  line("grad", node.gradient, gradient_ink);
}

}  // namespace

Picture graph_picture(const std::vector<GraphNode>& nodes, const std::string& title) {
  require(!nodes.empty(), "graph_picture: no nodes: needs at least one");
  for (const GraphNode& node : nodes) {
    require(node.from.empty() == node.operation.empty(), "graph_picture: '", node.name, "' has ",
            node.from.empty() ? "an operation, and no nodes that it takes" : "nodes that it comes from, and no operation");
    for (std::size_t from : node.from)
      require(from < nodes.size(), "graph_picture: '", node.name, "' comes from node ", from, " of ", nodes.size(), ": there is none");
  }
  Layout layout(nodes);
  std::vector<double> widths(layout.columns.size()), middles(layout.columns.size());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const std::size_t column = layout.items[layout.box[i]].column;
    widths[column] = std::max(widths[column], box_width(nodes[i]));
    if (!nodes[i].from.empty()) widths[column - 1] = std::max(widths[column - 1], operation_width(nodes[i]));
  }
  double right = margin;
  for (std::size_t column = 0; column < widths.size(); ++column) {
    right += column == 0 ? 0 : column % 2 ? 34 : 24;  // room for the arrows: more where several meet
    middles[column] = right + widths[column] / 2;
    right += widths[column];
  }
  double top = layout.items[0].y, bottom = top;
  for (const Item& item : layout.items) {
    top = std::min(top, item.y - item.height / 2);
    bottom = std::max(bottom, item.y + item.height / 2);
  }
  const Font heading{Align::left, ink, 16, true};
  const double down = margin + (title.empty() ? 0 : title_room) - top;
  Picture picture(std::ceil(std::max(right, margin + text_width(title, heading)) + margin), std::ceil(down + bottom + margin),
                  title.empty() ? "A graph" : title);
  picture.text({margin, margin + heading.size / 2}, title, heading);
  auto middle = [&](std::size_t item) { return Point{middles[layout.items[item].column], layout.items[item].y + down}; };

  const Pen pen{grey, 1.3};
  std::size_t arrow = 0;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const double n = static_cast<double>(nodes[i].from.size());
    std::vector<std::size_t> arriving;  // from top to bottom, so that they do not cross
    for (std::size_t k = 0; k < nodes[i].from.size(); ++k) arriving.push_back(arrow++);
    std::stable_sort(arriving.begin(), arriving.end(), [&](std::size_t a, std::size_t b) {
      auto last = [&](std::size_t which) { return layout.items[layout.arrows[which][layout.arrows[which].size() - 2]].y; };
      return last(a) < last(b) - 1e-6;
    });
    for (std::size_t k = 0; k < arriving.size(); ++k) {
      const std::vector<std::size_t>& course = layout.arrows[arriving[k]];
      const double aside = n > 1 ? (static_cast<double>(k) - (n - 1) / 2) * std::min(9.0, 2 * operation_size / n) : 0;
      const std::size_t from = nodes[i].from[arriving[k] + nodes[i].from.size() - arrow];
      const bool twice = std::count(nodes[i].from.begin(), nodes[i].from.end(), from) > 1;
      Point start = middle(course.front()), end = middle(course.back());
      // Round the circle: its edge lies further back where the arrow arrives beside the middle.
      const double edge = operation_width(nodes[i]) / 2 - operation_size + std::sqrt(operation_size * operation_size - aside * aside);
      std::vector<Point> through{{start.x + box_width(nodes[from]) / 2, start.y + (twice ? aside : 0)}};
      for (std::size_t m = 1; m + 1 < course.size(); ++m) {
        const Point at = middle(course[m]);
        const double half = widths[layout.items[course[m]].column] / 2;  // straight past what stands in the column
        through.push_back({at.x - half, at.y});
        through.push_back({at.x + half, at.y});
      }
      through.push_back({end.x - edge - 1, end.y + aside});
      picture.curved_arrow(through, pen);
    }
    if (n == 0) continue;
    const Point from = middle(layout.operation[i]), to = middle(layout.box[i]);
    picture.curved_arrow({{from.x + operation_width(nodes[i]) / 2, from.y}, {to.x - box_width(nodes[i]) / 2 - 1, to.y}}, pen);
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    draw_box(picture, nodes[i], middle(layout.box[i]), box_width(nodes[i]));
    if (nodes[i].from.empty()) continue;
    const Point at = middle(layout.operation[i]);
    const double width = operation_width(nodes[i]);
    if (width == 2 * operation_size) picture.circle(at, operation_size, white, {grey, 1.3});
    else picture.rectangle({at.x - width / 2, at.y - operation_size}, width, 2 * operation_size, white, {grey, 1.3}, operation_size);
    picture.text(at, nodes[i].operation, {Align::centre});
  }
  return picture;
}

}  // namespace qkv::show
