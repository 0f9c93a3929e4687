//! The picture's SVG string as PDF: shapes stay shapes, texts stay texts in embedded subsets of
//! the fonts.

use krilla::geom::Size;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::{Document, SerializeSettings};
use krilla_svg::{SurfaceExt, SvgSettings};

use super::sheet::Sheet;
use crate::error::{Error, Result};

/// What a PDF says of itself.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// The picture's title.
    pub title: &'a str,
    /// What it shows.
    pub description: &'a str,
    /// The language of its words, as a tag such as `en` or `zh`.
    pub language: &'a str,
}

/// Writes one page of the picture's own size. It bears no date, so that the same picture gives the
/// same bytes.
pub fn draw(sheet: &Sheet, about: &About) -> Result<Vec<u8>> {
    let failed = |reason: String| Error::Draw { what: "PDF".into(), reason };
    let (width, height) = sheet.size();
    let size = Size::from_wh(width as f32, height as f32)
        .ok_or_else(|| failed(format!("{width} × {height} points is not a size for a page")))?;
    // Colours by the profile of sRGB, as in the PNG.
    let settings = SerializeSettings { no_device_cs: true, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    let program = concat!("reemap ", env!("CARGO_PKG_VERSION"));
    document.set_metadata(
        Metadata::new()
            .title(about.title.into())
            .description(about.description.into())
            .language(about.language.into())
            .creator(program.into())
            .producer(program.into()),
    );
    let mut page = document.start_page_with(PageSettings::new(size));
    let mut surface = page.surface();
    surface
        .draw_svg(&sheet.tree, size, SvgSettings::default())
        .ok_or_else(|| failed("the picture can't be placed on a page".into()))?;
    surface.finish();
    page.finish();
    document.finish().map_err(|e| failed(format!("{e:?}")))
}
