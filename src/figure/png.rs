//! The picture's SVG string, drawn to a PNG of a stated resolution.

use std::sync::Arc;

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

use super::style::PT_PER_MM;
use crate::error::{Error, Result};
use super::text;

/// Pixels in the largest picture that is drawn: 20,000 × 20,000.
const LARGEST: f64 = 4e8;

/// Draws an SVG string. `dpi` is dots per inch at print size, which the file also states.
pub fn draw(svg: &str, dpi: f64) -> Result<Vec<u8>> {
    let failed = |reason: String| Error::Draw { what: "PNG".into(), reason };
    let mut fonts_known = fontdb::Database::new();
    for file in text::REGULAR.iter().chain(&text::SEMIBOLD) {
        fonts_known.load_font_data(file.to_vec());
    }
    fonts_known.set_sans_serif_family("Noto Sans");
    let options = Options { fontdb: Arc::new(fonts_known), dpi: 96.0, ..Options::default() };
    let tree = Tree::from_str(svg, &options).map_err(|e| failed(e.to_string()))?;

    let scale = dpi / 96.0;
    let width = (f64::from(tree.size().width()) * scale).round();
    let height = (f64::from(tree.size().height()) * scale).round();
    if !(width >= 1.0 && height >= 1.0 && width * height <= LARGEST) {
        return Err(failed(format!("{width} × {height} pixels is not a size for a picture")));
    }
    let mut pixels = Pixmap::new(width as u32, height as u32)
        .ok_or_else(|| failed(format!("no memory for {width} × {height} pixels")))?;
    pixels.fill(Color::WHITE);
    let (sx, sy) = (width as f32 / tree.size().width(), height as f32 / tree.size().height());
    resvg::render(&tree, Transform::from_scale(sx, sy), &mut pixels.as_mut());
    encode(&pixels, dpi).map_err(|e| failed(e.to_string()))
}

/// Writes opaque pixels as 8-bit RGB. The picture is white below, so that alpha says nothing.
fn encode(pixels: &Pixmap, dpi: f64) -> std::result::Result<Vec<u8>, png::EncodingError> {
    let rgb: Vec<u8> = pixels.data().chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]).collect();
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, pixels.width(), pixels.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
    let per_metre = (dpi / 25.4 * 1000.0).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: per_metre,
        yppu: per_metre,
        unit: png::Unit::Meter,
    }));
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&rgb)?;
    writer.finish()?;
    Ok(out)
}

/// Points to pixels, for tests and messages.
pub fn pixels(points: f64, dpi: f64) -> u32 {
    (points / PT_PER_MM / 25.4 * dpi).round() as u32
}
