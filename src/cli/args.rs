//! Arguments that several commands share.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use reemap::dataset::Dictionary;
use reemap::fetch::cache::resolve;
use reemap::figure::spec::{Attribute, Division, Figure};
use reemap::output::Target;
use reemap::select::{Bbox, Selection};
use reemap::table;
use reemap::{Error, Result};

/// Where sites come from.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct DataArgs {
    /// Read these files, folders or zips instead of the embedded catalogue (repeatable), or what
    /// reemap fetch got: china-gis; curated plants and ports join where they are asked for and no
    /// official layer lists theirs
    #[arg(long, value_name = "PATH|NAME", help_heading = "Input")]
    pub data: Vec<PathBuf>,
    #[command(flatten)]
    pub cache: CacheArgs,
    /// Correct cells as this reviewed file says (CSV or TOML; reemap audit --format corrections
    /// writes one to review); standard error, GeoJSON, the manifest, the summary and figures tell
    /// of it
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    pub apply_corrections: Option<PathBuf>,
    /// How far off a country's coast a location still counts as in it, in kilometres; 0: nowhere
    /// [default: 25]
    #[arg(long, value_name = "KM", help_heading = "Input", value_parser = coast)]
    pub coast_km: Option<f64>,
    #[command(flatten)]
    pub dictionary: DictionaryArgs,
}

impl DataArgs {
    /// The paths to read.
    ///
    /// # Errors
    /// The name of a source that was not fetched.
    pub fn paths(&self) -> Result<Vec<PathBuf>> {
        self.cache.paths(&self.data)
    }
}

/// Where fetched files lie.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct CacheArgs {
    /// Where fetched files lie [default: REEMAP_CACHE, else reemap in the user's folder for caches]
    #[arg(long, value_name = "DIR", help_heading = "Input")]
    pub cache: Option<PathBuf>,
}

impl CacheArgs {
    /// The paths that a user means: names of fetched datasets become their files.
    ///
    /// # Errors
    /// The name of a source that was not fetched.
    pub fn paths(&self, given: &[PathBuf]) -> Result<Vec<PathBuf>> {
        let cache = self.cache.as_deref();
        let paths = given.iter().map(|path| resolve(path, cache)).collect::<Result<Vec<_>>>()?;
        Ok(paths.into_iter().flatten().collect())
    }

    /// The one path that a user means.
    ///
    /// # Errors
    /// The name of a source that was not fetched, or that has several files.
    pub fn path(&self, given: &Path) -> Result<PathBuf> {
        let mut paths = resolve(given, self.cache.as_deref())?;
        match (paths.pop(), paths.first()) {
            (Some(path), None) => Ok(path),
            (last, _) => {
                paths.extend(last);
                let name = given.display();
                let named = paths.iter().filter_map(|path| path.file_name());
                let named: Vec<String> =
                    named.map(|file| format!("{name}/{}", file.display())).collect();
                Err(Error::usage(format!("{name} has several files"))
                    .with_hint(format!("name one: {}", named.join(", "))))
            }
        }
    }
}

/// Farther off it is nobody's coast.
const FARTHEST_COAST_KM: f64 = 500.0;

fn coast(text: &str) -> std::result::Result<f64, String> {
    let km = text.parse().ok().filter(|km| (0.0..=FARTHEST_COAST_KM).contains(km));
    km.ok_or_else(|| format!("a number of kilometres from 0 to {FARTHEST_COAST_KM}"))
}

/// What the columns of the data mean, where the files don't tell.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct DictionaryArgs {
    /// What columns mean: a TOML file with a table of roles for each layer, such as reemap
    /// describe DATA --format roles writes
    #[arg(long, value_name = "FILE.toml", help_heading = "Input")]
    pub roles: Option<PathBuf>,

    /// FGDC metadata that give aliases to columns: LAYER.xml, or a folder or zip of such files
    /// (repeatable); those beside the data are found by themselves
    #[arg(long, value_name = "PATH", help_heading = "Input")]
    pub metadata: Vec<PathBuf>,
}

impl DictionaryArgs {
    /// The dictionary.
    pub fn read(&self) -> Result<Dictionary> {
        Dictionary::read(self.roles.as_deref(), &self.metadata)
    }

    /// Whether nothing is given.
    pub fn is_empty(&self) -> bool {
        self.roles.is_none() && self.metadata.is_empty()
    }
}

/// The filters, the same for every command: repeated values are alternatives, different
/// flags narrow.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Filters (repeat a flag for alternatives; different flags narrow)")]
pub struct FilterArgs {
    /// Country: English or Chinese name, ISO code, or the spelling in the data
    #[arg(long, value_name = "NAME")]
    pub country: Vec<String>,

    /// Province or state: English or Chinese name, pinyin, ISO 3166-2 code
    #[arg(long, value_name = "NAME")]
    pub province: Vec<String>,

    /// upstream, midstream, downstream, unknown; a site of several segments is selected by any
    #[arg(long, value_name = "SEGMENT", value_delimiter = ',')]
    pub segment: Vec<String>,

    /// light, mixed, heavy, unknown
    #[arg(long, value_name = "TYPE", value_delimiter = ',')]
    pub ree_type: Vec<String>,

    /// active, past, none, unknown; or exact: producer, byproduct, operating, …, or the source's
    /// own words
    #[arg(long, value_name = "STATUS", value_delimiter = ',')]
    pub status: Vec<String>,

    /// Only sites whose status the source neither doubts nor assumes
    #[arg(long)]
    pub certain: bool,

    /// Part of the name of a deposit type or subtype, such as placer or ion adsorption
    #[arg(long, value_name = "TEXT")]
    pub deposit_type: Vec<String>,

    /// global-ree, china-gis, africa-gis, curated, …, or all; default: all but curated
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub dataset: Vec<String>,

    /// Box in degrees; where W > E it crosses the antimeridian
    #[arg(long, value_name = "W,S,E,N", allow_hyphen_values = true)]
    pub bbox: Vec<Bbox>,

    /// Part of a site's name, letter case and diacritics aside
    #[arg(long, value_name = "TEXT")]
    pub name: Vec<String>,

    /// Expression in CQL2, such as "treo_percent > 1 AND status <> 'closed'"; docs/filters.md lists
    /// the properties. Columns of your own points go by their names
    #[arg(long, value_name = "EXPRESSION")]
    pub r#where: Option<String>,
}

impl FilterArgs {
    /// The filters as the library takes them.
    pub fn selection(&self) -> Selection {
        Selection {
            country: self.country.clone(),
            province: self.province.clone(),
            segment: self.segment.clone(),
            ree_type: self.ree_type.clone(),
            status: self.status.clone(),
            certain: self.certain,
            deposit_type: self.deposit_type.clone(),
            dataset: self.dataset.clone(),
            bbox: self.bbox.clone(),
            name: self.name.clone(),
            r#where: self.r#where.clone(),
        }
    }
}

/// Where a command's output goes.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct OutputArgs {
    /// Write to this file; - or nothing is standard output
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
}

impl OutputArgs {
    /// The target.
    pub fn target(&self) -> Target {
        Target::new(self.output.as_deref())
    }
}

/// What a map tells of its sites; each in place of the figure's own.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Output")]
pub struct TellArgs {
    /// What colour and shape say: ree-type, status, activity, segment, deposit-type, country,
    /// province, dataset
    #[arg(long, alias = "colour-by", value_name = "ATTRIBUTE", value_parser = attribute)]
    #[arg(conflicts_with = "choropleth")]
    pub color_by: Option<Attribute>,
    /// Fill provinces or countries by how many sites lie in them, and draw no sites
    #[arg(long, value_name = "AREAS")]
    pub choropleth: Option<Areas>,
}

impl TellArgs {
    /// Puts what is given in place of a figure's own.
    ///
    /// # Errors
    /// Embedded words that are broken.
    pub fn apply(&self, figure: &mut Figure) -> Result<()> {
        figure.symbols.color_by = self.color_by.unwrap_or(figure.symbols.color_by);
        match self.choropleth {
            Some(Areas::Province) => figure.counted_by(Division::Province),
            Some(Areas::Country) => figure.counted_by(Division::Country),
            None => Ok(()),
        }
    }
}

/// The areas of a choropleth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Areas {
    /// Provinces or states
    Province,
    /// Countries
    Country,
}

fn attribute(name: &str) -> std::result::Result<Attribute, String> {
    let found = Attribute::ALL.into_iter().find(|one| one.name().eq_ignore_ascii_case(name));
    let names = Attribute::ALL.map(Attribute::name).join(", ");
    found.ok_or_else(|| format!("one of: {names}"))
}

/// The form of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    Table,
    Csv,
    Json,
    Md,
}

impl From<TableFormat> for table::Format {
    fn from(format: TableFormat) -> Self {
        match format {
            TableFormat::Table => table::Format::Text,
            TableFormat::Csv => table::Format::Csv,
            TableFormat::Json => table::Format::Json,
            TableFormat::Md => table::Format::Markdown,
        }
    }
}
