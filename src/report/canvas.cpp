#include "report/canvas.h"

#include <agg_conv_clip_polyline.h>
#include <agg_conv_curve.h>
#include <agg_conv_dash.h>
#include <agg_conv_stroke.h>
#include <agg_conv_transform.h>
#include <agg_path_storage.h>
#include <agg_pixfmt_rgb.h>
#include <agg_rasterizer_scanline_aa.h>
#include <agg_renderer_base.h>
#include <agg_renderer_scanline.h>
#include <agg_rendering_buffer.h>
#include <agg_scanline_u.h>
#include <agg_trans_affine.h>
#include <ft2build.h>
#include <png.h>

#include <array>
#include <cmath>
#include <numbers>

#include FT_FREETYPE_H
#include FT_OUTLINE_H

#include "base/error.h"
#include "base/file.h"
#include "report/assets.h"

namespace mltk {
namespace {

/// The code point at `at`, which moves behind it; U+FFFD for a byte that is not UTF-8.
char32_t next_code_point(std::string_view text, std::size_t& at) {
  const auto first = static_cast<unsigned char>(text[at++]);
  if (first < 0x80) return first;
  const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
  if (first < 0xC0 || at + static_cast<std::size_t>(more) > text.size()) return 0xFFFD;
  char32_t code = first & (0x3FU >> more);
  for (int i = 0; i < more; ++i) {
    const auto byte = static_cast<unsigned char>(text[at + static_cast<std::size_t>(i)]);
    if ((byte & 0xC0U) != 0x80) return 0xFFFD;
    code = code << 6U | (byte & 0x3FU);
  }
  at += static_cast<std::size_t>(more);
  return code;
}

agg::path_storage path_of(std::span<const Point> points) {
  agg::path_storage path;
  for (const Point& point : points) {
    if (path.total_vertices() == 0) {
      path.move_to(point.x, point.y);
    } else {
      path.line_to(point.x, point.y);
    }
  }
  return path;
}

}  // namespace

/// Outlines of DejaVu Sans.
class Canvas::Font {
 public:
  Font() {
    MLTK_ASSERT(FT_Init_FreeType(&library_) == 0);
    const auto* bytes = reinterpret_cast<const FT_Byte*>(assets::kDejavuSans.data());
    MLTK_ASSERT(FT_New_Memory_Face(library_, bytes, static_cast<FT_Long>(assets::kDejavuSans.size()), 0, &face_) == 0);
  }
  ~Font() {
    FT_Done_Face(face_);
    FT_Done_FreeType(library_);
  }
  Font(const Font&) = delete;
  Font& operator=(const Font&) = delete;

  /// Height of the capitals in ems.
  static constexpr double kCapitals = 0.729;

  /// The text in ems, from (0, 0) to the right, y up; returns its width.
  double outline(std::string_view text, agg::path_storage& path) const {
    Pen pen{path, 1.0 / face_->units_per_EM, 0};
    FT_Outline_Funcs functions{};
    functions.move_to = [](const FT_Vector* to, void* user) {
      auto& p = *static_cast<Pen*>(user);
      p.path.move_to(p.x(to), p.y(to));
      return 0;
    };
    functions.line_to = [](const FT_Vector* to, void* user) {
      auto& p = *static_cast<Pen*>(user);
      p.path.line_to(p.x(to), p.y(to));
      return 0;
    };
    functions.conic_to = [](const FT_Vector* control, const FT_Vector* to, void* user) {
      auto& p = *static_cast<Pen*>(user);
      p.path.curve3(p.x(control), p.y(control), p.x(to), p.y(to));
      return 0;
    };
    functions.cubic_to = [](const FT_Vector* first, const FT_Vector* second, const FT_Vector* to, void* user) {
      auto& p = *static_cast<Pen*>(user);
      p.path.curve4(p.x(first), p.y(first), p.x(second), p.y(second), p.x(to), p.y(to));
      return 0;
    };
    for (std::size_t at = 0; at < text.size();) {
      load(next_code_point(text, at));
      FT_Outline_Decompose(&face_->glyph->outline, &functions, &pen);
      pen.start += static_cast<double>(face_->glyph->advance.x) * pen.scale;
    }
    return pen.start;
  }

  double width(std::string_view text) const {
    double units = 0;
    for (std::size_t at = 0; at < text.size();) {
      load(next_code_point(text, at));
      units += static_cast<double>(face_->glyph->advance.x);
    }
    return units / face_->units_per_EM;
  }

 private:
  /// Puts one glyph after the other.
  struct Pen {
    agg::path_storage& path;
    double scale;  // ems a font unit
    double start;

    double x(const FT_Vector* point) const { return start + static_cast<double>(point->x) * scale; }
    double y(const FT_Vector* point) const { return static_cast<double>(point->y) * scale; }
  };

  FT_Library library_ = nullptr;
  FT_Face face_ = nullptr;

  void load(char32_t code) const { MLTK_ASSERT(FT_Load_Char(face_, code, FT_LOAD_NO_SCALE) == 0); }
};

Canvas::Canvas(int width, int height)
    : width_(width),
      height_(height),
      pixels_(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3, 255),
      font_(std::make_unique<Font>()) {}

Canvas::~Canvas() = default;

template <class Path>
void Canvas::render(Path& path, Colour colour) {
  agg::rendering_buffer buffer(pixels_.data(), static_cast<unsigned>(width_), static_cast<unsigned>(height_),
                               width_ * 3);
  agg::pixfmt_rgb24 pixels(buffer);
  agg::renderer_base<agg::pixfmt_rgb24> base(pixels);
  agg::rasterizer_scanline_aa<agg::rasterizer_sl_clip_dbl> rasterizer;
  rasterizer.clip_box(0, 0, width_, height_);
  rasterizer.add_path(path);
  agg::scanline_u8 scanline;
  const agg::rgba8 rgba(colour.red, colour.green, colour.blue, static_cast<unsigned>(colour.alpha * 255 + 0.5));
  agg::render_scanlines_aa_solid(rasterizer, scanline, base, rgba);
}

void Canvas::fill(const Box& box, Colour colour) {
  const Point corners[] = {{box.left, box.top}, {box.right, box.top}, {box.right, box.bottom}, {box.left, box.bottom}};
  polygon(corners, colour);
}

void Canvas::polygon(std::span<const Point> corners, Colour colour) {
  agg::path_storage path = path_of(corners);
  path.close_polygon();
  render(path, colour);
}

void Canvas::disc(Point centre, double radius, Colour colour) {
  std::array<Point, 24> corners;
  for (std::size_t i = 0; i < corners.size(); ++i) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(corners.size());
    corners[i] = {centre.x + radius * std::cos(angle), centre.y + radius * std::sin(angle)};
  }
  polygon(corners, colour);
}

void Canvas::line(std::span<const Point> points, const Stroke& stroke, const Box& clip) {
  agg::path_storage path = path_of(points);
  agg::conv_clip_polyline<agg::path_storage> clipped(path);
  clipped.clip_box(clip.left, clip.top, clip.right, clip.bottom);
  const auto draw = [&](auto& lines) {
    agg::conv_stroke outline(lines);
    outline.width(stroke.width);
    outline.line_join(agg::round_join);
    outline.line_cap(stroke.dashes.empty() ? agg::square_cap : agg::butt_cap);
    render(outline, stroke.colour);
  };
  if (stroke.dashes.empty()) return draw(clipped);
  agg::conv_dash dashed(clipped);
  for (std::size_t i = 0; i + 1 < stroke.dashes.size(); i += 2) dashed.add_dash(stroke.dashes[i], stroke.dashes[i + 1]);
  draw(dashed);
}

void Canvas::line(Point from, Point to, const Stroke& stroke) {
  const Point points[] = {from, to};
  line(points, stroke, {0, 0, static_cast<double>(width_), static_cast<double>(height_)});
}

void Canvas::text(std::string_view text, Point at, const TextStyle& style) {
  agg::path_storage path;
  const double width = font_->outline(text, path);
  const double shift = style.anchor == Anchor::start ? 0 : style.anchor == Anchor::middle ? width / 2 : width;
  agg::trans_affine placed = agg::trans_affine_translation(-shift, -Font::kCapitals / 2);
  placed *= agg::trans_affine_scaling(style.size, -style.size);
  if (style.upwards) placed *= agg::trans_affine_rotation(-std::numbers::pi / 2);
  placed *= agg::trans_affine_translation(at.x, at.y);
  agg::conv_transform moved(path, placed);
  agg::conv_curve curves(moved);
  render(curves, style.colour);
}

double Canvas::text_width(std::string_view text, double size) const { return font_->width(text) * size; }

void Canvas::write_png(const std::filesystem::path& path) const {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(width_);
  image.height = static_cast<png_uint_32>(height_);
  image.format = PNG_FORMAT_RGB;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::vector<std::uint8_t> bytes(size);
  if (png_image_write_to_memory(&image, bytes.data(), &size, 0, pixels_.data(), 0, nullptr) == 0) {
    fail(ErrorKind::internal, "{}: libpng cannot encode a picture of {}x{}: {}", path.string(), width_, height_,
         image.message);
  }
  bytes.resize(size);
  write_file(path, bytes);
}

}  // namespace mltk
