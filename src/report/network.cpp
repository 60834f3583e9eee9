#include "report/network.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "report/assets.h"
#include "report/layout.h"
#include "report/page.h"

namespace mltk {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kBins = 32;
constexpr std::size_t kShownValues = 64;
constexpr double kCharacter = 7.2;  ///< width of a character of the page's font, in pixels
constexpr double kLine = 18;        ///< height of a line of text
constexpr double kMargin = 12;      ///< between text and the border of a box

/// A box of the picture: a node, or an input or output of the network.
struct Item {
  std::string title;
  std::vector<std::string> lines;
  std::string family;
  Json about;  ///< what the page tells when it is chosen
};

Json to_json(const NetworkTensor& tensor) {
  return {{"name", tensor.name}, {"type", tensor.type}, {"quantization", tensor.quantization}};
}

Json to_json(const std::vector<std::pair<std::string, std::string>>& pairs) {
  Json json = Json::array();
  for (const auto& [key, value] : pairs) json.push_back({key, value});
  return json;
}

Json to_json(const NetworkWeight& weight) {
  Json json = to_json(weight.tensor);
  json["role"] = weight.role;
  json["shape"] = weight.shape;
  if (!weight.histogram.empty()) {
    json["least"] = weight.least;
    json["most"] = weight.most;
    json["mean"] = weight.mean;
    json["histogram"] = weight.histogram;
  }
  json["values"] = weight.values;
  return json;
}

Json to_json(const Network& network, const NetworkNode& node) {
  Json json = {{"title", node.title}, {"name", node.name}, {"attributes", to_json(node.attributes)}};
  for (const auto& [key, indices] : {std::pair("inputs", &node.inputs), std::pair("outputs", &node.outputs)}) {
    json[key] = Json::array();
    for (const std::size_t i : *indices) json[key].push_back(to_json(network.tensors[i]));
  }
  json["weights"] = Json::array();
  for (const NetworkWeight& weight : node.weights) json["weights"].push_back(to_json(weight));
  return json;
}

Item item_of(const Network& network, const NetworkNode& node) {
  Item item{.title = node.title, .lines = {}, .family = node.family, .about = to_json(network, node)};
  for (const NetworkWeight& weight : node.weights) {
    if (!weight.shape.empty()) item.lines.push_back(fmt::format("{} ({})", weight.role, weight.shape));
  }
  for (const auto& [key, value] : node.attributes) {
    if (key.find("activation") != std::string::npos && !value.empty() && value != "linear") item.lines.push_back(value);
  }
  return item;
}

Item end_of(const Network& network, std::size_t tensor, std::string_view title) {
  const NetworkTensor& about = network.tensors[tensor];
  return {.title = std::string(title),
          .lines = {about.type},
          .family = "end",
          .about = {{"title", title},
                    {"name", about.name},
                    {"attributes", Json::array()},
                    {"weights", Json::array()},
                    {"inputs", Json::array()},
                    {"outputs", Json::array({to_json(about)})}}};
}

struct Picture {
  std::vector<Item> items;
  std::vector<std::pair<std::size_t, std::size_t>> edges;
  std::vector<std::string> labels;  ///< of the edges: the tensor's type
};

void check(const Network& network) {
  const auto check_all = [&](const std::vector<std::size_t>& indices) {
    for (const std::size_t i : indices) {
      if (i >= network.tensors.size()) {
        fail(ErrorKind::invalid_argument, "network page: there is no tensor {}; there are {}", i,
             network.tensors.size());
      }
    }
  };
  check_all(network.inputs);
  check_all(network.outputs);
  for (const NetworkNode& node : network.nodes) {
    check_all(node.inputs);
    check_all(node.outputs);
  }
}

Picture picture_of(const Network& network) {
  Picture picture;
  std::map<std::size_t, std::size_t> made_by;  // tensor -> item
  for (const std::size_t tensor : network.inputs) {
    made_by[tensor] = picture.items.size();
    picture.items.push_back(end_of(network, tensor, "Input"));
  }
  const std::size_t first = picture.items.size();
  for (const NetworkNode& node : network.nodes) {
    for (const std::size_t tensor : node.outputs) made_by[tensor] = picture.items.size();
    picture.items.push_back(item_of(network, node));
  }
  const auto join = [&](std::size_t tensor, std::size_t to) {
    const auto from = made_by.find(tensor);
    if (from == made_by.end()) return;
    picture.edges.emplace_back(from->second, to);
    picture.labels.push_back(network.tensors[tensor].type);
  };
  for (std::size_t i = 0; i < network.nodes.size(); ++i) {
    for (const std::size_t tensor : network.nodes[i].inputs) join(tensor, first + i);
  }
  for (const std::size_t tensor : network.outputs) {
    picture.items.push_back(end_of(network, tensor, "Output"));
    join(tensor, picture.items.size() - 1);
  }
  return picture;
}

Box box_of(const Item& item) {
  std::size_t longest = item.title.size();
  for (const std::string& line : item.lines) longest = std::max(longest, line.size());
  return {std::max(90.0, static_cast<double>(longest) * kCharacter + 2 * kMargin),
          static_cast<double>(1 + item.lines.size()) * kLine + kMargin};
}

/// An edge as a curve that leaves and enters boxes upright.
std::string path_of(const std::vector<Point>& route) {
  std::string path = fmt::format("M{:.1f},{:.1f}", route[0].x, route[0].y);
  for (std::size_t i = 1; i < route.size(); ++i) {
    const double middle = (route[i - 1].y + route[i].y) / 2;
    path += fmt::format("C{:.1f},{:.1f} {:.1f},{:.1f} {:.1f},{:.1f}", route[i - 1].x, middle, route[i].x, middle,
                        route[i].x, route[i].y);
  }
  return path;
}

std::string svg_of(const Picture& picture) {
  std::vector<Box> boxes;
  for (const Item& item : picture.items) boxes.push_back(box_of(item));
  const Layout layout = lay_out(boxes, picture.edges);
  std::string svg = fmt::format("<svg id=\"graph\" data-width=\"{:.0f}\" data-height=\"{:.0f}\"><g id=\"view\">\n",
                                layout.width, layout.height);
  svg +=
      "<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" "
      "orient=\"auto\"><path d=\"M0,0L8,4L0,8z\"/></marker></defs>\n";
  for (std::size_t i = 0; i < picture.edges.size(); ++i) {
    svg += fmt::format("<path class=\"edge\" d=\"{}\" marker-end=\"url(#tip)\"><title>{}</title></path>\n",
                       path_of(layout.routes[i]), escape_html(picture.labels[i]));
    const Point& end = layout.routes[i].back();
    if (layout.routes[i].size() == 2 && layout.routes[i][0].x == end.x) {
      svg += fmt::format("<text class=\"label\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", end.x + 6,
                         (layout.routes[i][0].y + end.y) / 2 + 4, escape_html(picture.labels[i]));
    }
  }
  for (std::size_t i = 0; i < picture.items.size(); ++i) {
    const Item& item = picture.items[i];
    const Point& corner = layout.corners[i];
    svg += fmt::format("<g class=\"node {}\" data-index=\"{}\" tabindex=\"0\" transform=\"translate({:.1f},{:.1f})\">",
                       escape_html(item.family), i, corner.x, corner.y);
    svg += fmt::format("<rect width=\"{:.1f}\" height=\"{:.1f}\" rx=\"6\"/>", boxes[i].width, boxes[i].height);
    svg += fmt::format("<text class=\"title\" x=\"{:.1f}\" y=\"{:.0f}\">{}</text>", kMargin, kLine,
                       escape_html(item.title));
    for (std::size_t line = 0; line < item.lines.size(); ++line) {
      svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.0f}\">{}</text>", kMargin, static_cast<double>(line + 2) * kLine,
                         escape_html(item.lines[line]));
    }
    svg += "</g>\n";
  }
  return svg + "</g></svg>\n";
}

}  // namespace

void describe_values(NetworkWeight& weight, const std::vector<double>& values) {
  if (values.empty() || !std::ranges::all_of(values, [](double value) { return std::isfinite(value); })) return;
  const auto [least, most] = std::ranges::minmax_element(values);
  weight.least = *least;
  weight.most = *most;
  double sum = 0;
  for (const double value : values) sum += value;
  weight.mean = sum / static_cast<double>(values.size());
  weight.histogram.assign(kBins, 0);
  const double width = (weight.most - weight.least) / static_cast<double>(kBins);
  for (const double value : values) {
    const double bin = width > 0 ? (value - weight.least) / width : 0;
    ++weight.histogram[std::min(kBins - 1, static_cast<std::size_t>(bin))];
  }
  weight.values.assign(values.begin(),
                       values.begin() + static_cast<std::ptrdiff_t>(std::min(values.size(), kShownValues)));
}

std::string family_of(const std::string& title) {
  std::string name;
  for (const char c : title) {
    if (c != '_') name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  struct Family {
    std::string_view part;
    std::string_view family;
  };
  // The first part that the name contains decides.
  constexpr auto kFamilies = std::to_array<Family>({
      {"conv", "convolution"},
      {"pool", "pool"},
      {"mean", "pool"},
      {"dense", "matrix"},
      {"fullyconnected", "matrix"},
      {"matmul", "matrix"},
      {"lstm", "matrix"},
      {"gru", "matrix"},
      {"rnn", "matrix"},
      {"attention", "matrix"},
      {"svdf", "matrix"},
      {"embedding", "matrix"},
      {"normalization", "normalization"},
      {"quantize", "normalization"},
      {"rescaling", "normalization"},
      {"reshape", "shape"},
      {"flatten", "shape"},
      {"concat", "shape"},
      {"pad", "shape"},
      {"crop", "shape"},
      {"transpose", "shape"},
      {"permute", "shape"},
      {"slice", "shape"},
      {"squeeze", "shape"},
      {"split", "shape"},
      {"pack", "shape"},
      {"resize", "shape"},
      {"upsampl", "shape"},
      {"repeat", "shape"},
      {"relu", "activation"},
      {"softmax", "activation"},
      {"sigmoid", "activation"},
      {"logistic", "activation"},
      {"tanh", "activation"},
      {"activation", "activation"},
      {"elu", "activation"},
      {"swish", "activation"},
  });
  for (const Family& one : kFamilies) {
    if (name.find(one.part) != std::string::npos) return std::string(one.family);
  }
  return "other";
}

std::string network_page(const Network& network) {
  check(network);
  const Picture picture = picture_of(network);
  Json data = {{"name", network.name}, {"facts", to_json(network.facts)}, {"items", Json::array()}};
  for (const Item& item : picture.items) data["items"].push_back(item.about);
  std::string page = page_head(network.name + " - mltk view");
  page += assets::kNetworkCss;
  page += fmt::format(
      "</style>\n</head>\n<body>\n<header><h1>{}</h1><input id=\"search\" type=\"search\" placeholder=\"Find a layer\">"
      "<button id=\"fit\">Whole graph</button></header>\n",
      escape_html(network.name));
  page += "<main>" + svg_of(picture) + "<aside id=\"about\"></aside></main>\n";
  page += "<script type=\"application/json\" id=\"data\">" + embeddable(data) + "</script>\n<script>\n";
  page += assets::kNetworkJs;
  page += "</script>\n</body>\n</html>\n";
  return page;
}

}  // namespace mltk
