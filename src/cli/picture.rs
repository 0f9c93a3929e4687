//! Arguments that say what form pictures are written in, and the writing.

use std::path::Path;

use clap::ValueEnum;
use reemap::figure::language::Language;
use reemap::figure::pdf::{self, About};
use reemap::figure::scene::Scene;
use reemap::figure::sheet::Sheet;
use reemap::figure::spec::Figure;
use reemap::figure::{outline, png};
use reemap::{Error, Result};

/// The form of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum PictureFormat {
    /// Vector, for the web and for editing
    Svg,
    /// Pixels, for documents
    Png,
    /// Vector with its fonts, for print
    Pdf,
}

impl PictureFormat {
    /// The ending of such a file's name.
    pub fn ending(self) -> &'static str {
        match self {
            PictureFormat::Svg => "svg",
            PictureFormat::Png => "png",
            PictureFormat::Pdf => "pdf",
        }
    }

    /// The format that a file's name asks for.
    pub fn of(path: &Path) -> Result<Self> {
        let ending = path.extension().and_then(|end| end.to_str()).unwrap_or_default();
        let mut formats = Self::value_variants().iter().copied();
        formats.find(|format| ending.eq_ignore_ascii_case(format.ending())).ok_or_else(|| {
            let path = path.display();
            Error::usage(format!("{path} does not say what kind of picture is wanted"))
                .with_hint("end its name in .svg, .png or .pdf")
        })
    }
}

/// The page that pictures are printed on, each in place of the figure's own, and how texts are
/// written.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Output")]
pub struct PictureArgs {
    /// The width of a picture in millimetres; journals use 89, 120 or 183
    #[arg(long, value_name = "MM")]
    pub width: Option<f64>,
    /// The greatest height of a picture in millimetres; a figure that would be higher holds less
    #[arg(long, value_name = "MM")]
    pub height: Option<f64>,
    /// Dots per inch of a PNG at that width
    #[arg(long, value_name = "DPI", default_value_t = 300.0)]
    pub dpi: f64,
    /// Colours: print, grey, dark, or a TOML file with a colour for each role
    #[arg(long, value_name = "NAME_OR_TOML")]
    pub theme: Option<String>,
    /// The language of titles, key, provinces, ports and well-known sites
    #[arg(long, value_name = "LANGUAGE")]
    pub lang: Option<Lang>,
    /// Write texts as outlines, for publishers that refuse fonts
    #[arg(long)]
    pub outline_text: bool,
}

/// A language of pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// English
    En,
    /// Chinese
    Zh,
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::En => Language::En,
            Lang::Zh => Language::Zh,
        }
    }
}

impl PictureArgs {
    /// Puts what is given in place of a figure's own.
    pub fn apply(&self, figure: &mut Figure) {
        let page = &mut figure.page;
        page.width = self.width.unwrap_or(page.width);
        page.height = self.height.unwrap_or(page.height);
        if let Some(theme) = &self.theme {
            page.theme.clone_from(theme);
        }
        page.language = self.lang.map_or(page.language, Language::from);
    }

    /// The language asked for.
    pub fn language(&self) -> Language {
        self.lang.map_or_else(Language::default, Language::from)
    }

    /// A picture's files in some formats, in the order of the formats.
    pub fn files(
        &self,
        scene: &Scene,
        formats: &[PictureFormat],
    ) -> Result<Vec<(PictureFormat, Vec<u8>)>> {
        let mut formats = formats.to_vec();
        formats.sort();
        formats.dedup();
        let svg = || {
            let svg = scene.svg();
            if self.outline_text { outline::svg(&svg) } else { Ok(svg) }
        };
        let about = About {
            title: &scene.title,
            description: &scene.description,
            language: scene.language.tag(),
        };
        let file = |format: &PictureFormat| {
            let bytes = match format {
                PictureFormat::Svg => svg()?.into_bytes(),
                PictureFormat::Png => png::draw(scene, self.dpi)?,
                PictureFormat::Pdf => pdf::draw(&Sheet::parse(&svg()?)?, &about)?,
            };
            Ok((*format, bytes))
        };
        formats.iter().map(file).collect()
    }
}
