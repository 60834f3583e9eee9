#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace mltk {

struct Colour {
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;
  double alpha = 1;
};

/// In pixels; y points down.
struct Point {
  double x = 0;
  double y = 0;
};

struct Box {
  double left = 0;
  double top = 0;
  double right = 0;
  double bottom = 0;

  double width() const { return right - left; }
  double height() const { return bottom - top; }
};

struct Stroke {
  Colour colour;
  double width = 1;
  std::vector<double> dashes;  ///< lengths drawn and left out in turn; empty for a solid line
};

/// Which part of a text stands at its point.
enum class Anchor { start, middle, end };

struct TextStyle {
  double size = 13;  ///< pixels of the em square
  Colour colour;
  Anchor anchor = Anchor::start;
  bool upwards = false;  ///< written from bottom to top
};

/// A white picture to draw on with smooth edges. The font is part of the program, so the same drawing gives the same
/// bytes everywhere.
class Canvas {
 public:
  Canvas(int width, int height);
  ~Canvas();
  Canvas(const Canvas&) = delete;
  Canvas& operator=(const Canvas&) = delete;

  int width() const { return width_; }
  int height() const { return height_; }

  void fill(const Box& box, Colour colour);
  void polygon(std::span<const Point> corners, Colour colour);
  void disc(Point centre, double radius, Colour colour);
  /// An open line through `points`; what lies outside of `clip` is not drawn.
  void line(std::span<const Point> points, const Stroke& stroke, const Box& clip);
  void line(Point from, Point to, const Stroke& stroke);
  /// UTF-8 in one line; `at` is on the middle of the line of capitals. Characters that the font lacks are drawn as
  /// boxes.
  void text(std::string_view text, Point at, const TextStyle& style);
  double text_width(std::string_view text, double size) const;

  void write_png(const std::filesystem::path& path) const;

 private:
  class Font;

  int width_;
  int height_;
  std::vector<std::uint8_t> pixels_;  ///< [height, width, 3]
  std::unique_ptr<Font> font_;

  template <class Path>
  void render(Path& path, Colour colour);
};

}  // namespace mltk
