//! A picture as a PNG of a stated resolution.

use std::io::Write;

use resvg::tiny_skia::{Color, Pixmap};

use super::raster::Raster;
use super::scene::Scene;
use super::sheet::{PX_PER_INCH, Sheet};
use crate::error::{Error, Result};
use crate::parallel;

/// The resolutions that a picture can be drawn at, in dots per inch.
const RESOLUTIONS: std::ops::RangeInclusive<f64> = 20.0..=2400.0;
/// Pixels in the largest picture that is drawn: 20,000 × 20,000.
const LARGEST: f64 = 4e8;
/// Rows of pixels that are drawn at once: few, so that a large picture needs little memory, and
/// the same on every machine, so that it writes the same bytes.
const BAND: u32 = 480;

/// Draws a picture. `dpi` is dots per inch at print size, which the file also states.
///
/// # Errors
/// A resolution out of range, a picture too large.
pub fn draw(scene: &Scene, dpi: f64) -> Result<Vec<u8>> {
    if !RESOLUTIONS.contains(&dpi) {
        return Err(Error::usage(format!("a picture can't have {dpi} dots per inch"))
            .with_hint("give 20 to 2400; print asks for 300 to 600"));
    }
    let failed = |reason: String| Error::Draw { what: "PNG".into(), reason };
    let lettering = Sheet::parse(&scene.lettering())?;
    let scale = dpi / PX_PER_INCH;
    let width = (f64::from(lettering.tree.size().width()) * scale).round();
    let height = (f64::from(lettering.tree.size().height()) * scale).round();
    if !(width >= 1.0 && height >= 1.0 && width * height <= LARGEST) {
        return Err(failed(format!("{width} × {height} pixels is not a size for a picture")));
    }
    let size = (width as u32, height as u32);
    encode(&Raster::new(scene, &lettering, size), size, dpi).map_err(|e| failed(e.to_string()))
}

/// Draws the picture band by band on all cores and writes it as 8-bit RGB. It is white below, so
/// that alpha would say nothing.
fn encode(
    raster: &Raster,
    (width, height): (u32, u32),
    dpi: f64,
) -> std::result::Result<Vec<u8>, png::EncodingError> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
    let per_metre = (dpi / 25.4 * 1000.0).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: per_metre,
        yppu: per_metre,
        unit: png::Unit::Meter,
    }));
    // Flat areas repeat whole rows of bytes, which filters only break up.
    encoder.set_filter(png::Filter::NoFilter);
    encoder.set_deflate_compression(png::DeflateCompression::Level(1));
    let mut writer = encoder.write_header()?;
    let mut stream = writer.stream_writer()?;
    let no_memory = || std::io::Error::other(format!("no memory for rows of {width} pixels"));
    parallel::in_order(
        (0..height).step_by(BAND as usize),
        |top| rows(raster, top, (width, (height - top).min(BAND))),
        |rows| stream.write_all(&rows.ok_or_else(no_memory)?),
    )?;
    stream.finish()?;
    writer.finish()?;
    Ok(out)
}

/// The bytes of the rows of pixels from `top` down; none where there is no memory for them.
fn rows(raster: &Raster, top: u32, (width, height): (u32, u32)) -> Option<Vec<u8>> {
    let mut pixels = Pixmap::new(width, height)?;
    pixels.fill(Color::WHITE);
    raster.draw(top, &mut pixels.as_mut());
    let pixels = pixels.data();
    let mut bytes = Vec::with_capacity(pixels.len() / 4 * 3);
    bytes.extend(pixels.chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]));
    Some(bytes)
}
