//! `reemap map`: one map.

use std::path::PathBuf;

use reemap::figure;
use reemap::figure::boxes;
use reemap::figure::generic;
use reemap::figure::language::Words;
use reemap::figure::projection::Projection;
use reemap::figure::spec::{Context, Figure};
use reemap::output::{self, Target};
use reemap::place::Gazetteer;
use reemap::select::Selection;
use reemap::{Error, Result};

use super::args::{DataArgs, FilterArgs, TellArgs};
use super::load::load_with_context;
use super::picture::{PictureArgs, PictureFormat};
use super::terminal::Terminal;

/// Make one map: of whatever the filters select, or a figure by its name or TOML file
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  reemap map --province Jiangxi -o jiangxi.png
  reemap map --country Australia --status active -o australia.svg
  reemap map --bbox=-20,-36,55,38 -o africa.svg
  reemap map --ree-type heavy -o world.png
  reemap map --name \"Mountain Pass\" --frame data -o site.png
  reemap map --figure 2 -o china.svg
  reemap map --figure 7 --frame Brazil -o brazil.svg
  reemap map --figure 1 --ree-type heavy -o heavy.png
  reemap map --figure 1 --color-by deposit-type -o deposit-types.png
  reemap map --figure 2 --choropleth province -o mines-per-province.png
  reemap map --figure 2 --crs EPSG:3857 -o web-mercator.png
  reemap map --figure 1 --crs robinson -o robinson.svg
  reemap map --figure 1 --crs \"+proj=moll +lon_0=105 +datum=WGS84\" -o pacific.svg
  reemap map --figure mine.toml --data Global_REE_occurrence_database.xlsx -o mine.svg
  reemap map --figure 3 --data CHN_GIS.gdb.zip --context coal --context dams -o plants.svg
  reemap map --figure 2 --data tracts.geojson --context tracts -o mines.svg

Without --figure the map shows the provinces, countries or boxes that the filters name, or else
the world. A figure keeps its own frame unless --frame gives another; filters take the place of
its own filters of the same name, and the picture says so. A frame that names no projection gets
an equal-area one that suits it.
Built-in projections: equal-earth, robinson, albers-china, mercator. EPSG:4326 and other longitude
and latitude make a plate carrée. An EPSG code or WKT serves the lenses too, which otherwise have
an equal-area projection of their own.")]
pub struct Args {
    /// A built-in figure (1, 2, 3, 7) or a TOML file; by default a map of what the filters select
    #[arg(long, value_name = "NAME_OR_TOML")]
    figure: Option<String>,
    /// The part of the world to draw: world, data (where the selected sites are), W,S,E,N in
    /// degrees, or a country or province by its name or ISO code
    #[arg(long, value_name = "WHAT", help_heading = "Output", allow_hyphen_values = true)]
    frame: Option<String>,
    #[command(flatten)]
    data: DataArgs,
    /// The picture to write; its name ends in .svg, .png or .pdf
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    output: PathBuf,
    /// A title in place of the figure's own; the letter n in braces stands for the number of sites
    #[arg(long, value_name = "TEXT", help_heading = "Output")]
    title: Option<String>,
    /// Draw a layer of --data around the sites (repeatable): dams, power-stations, lng-terminals,
    /// ports, transmission-lines, oil-gas-provinces, resource-tracts or one commodity of them, or
    /// the name of any layer or file of points, lines or areas
    #[arg(long, value_name = "KIND_OR_LAYER", help_heading = "Input")]
    context: Vec<String>,
    /// The coordinate system in place of the figure's projection: an EPSG code, a PROJ string,
    /// WKT, or a built-in projection
    #[arg(
        long,
        value_name = "CODE_OR_STRING",
        help_heading = "Output",
        allow_hyphen_values = true
    )]
    crs: Option<String>,
    /// Write what each text, symbol and frame of the picture covers, in points, as csv
    #[arg(long, value_name = "FILE.csv", help_heading = "Output")]
    boxes: Option<PathBuf>,
    #[command(flatten)]
    picture: PictureArgs,
    #[command(flatten)]
    tell: TellArgs,
    #[command(flatten)]
    filter: FilterArgs,
}

pub fn run(args: Args, terminal: &mut Terminal) -> Result<()> {
    let format = PictureFormat::of(&args.output)?;
    if args.boxes.as_ref() == Some(&args.output) {
        return Err(Error::usage("--boxes and --output name the same file"));
    }
    let gazetteer = Gazetteer::embedded()?;
    let filter = args.filter.selection();
    let mut figure = match &args.figure {
        Some(name) => Figure::open(name)?,
        None => {
            let words = Words::of(args.picture.language())?;
            generic::figure(&filter, args.frame.is_some(), gazetteer, words)?
        }
    };
    args.picture.apply(&mut figure);
    if let Some(frame) = &args.frame {
        figure = figure.reframed(frame, gazetteer).map_err(|error| error.within("--frame"))?;
    }
    args.tell.apply(&mut figure)?;
    let keeps_title = args.title.is_none();
    if let Some(title) = args.title {
        figure.title = title.into();
    }
    if let Some(crs) = args.crs {
        // A bad one is told before anything is read.
        Projection::new(&crs)?;
        figure.frame.projection = crs;
    }
    let all = Selection {
        dataset: vec!["all".into()],
        // The columns of a user's points that it names are kept.
        r#where: filter.r#where.clone().or_else(|| figure.sites.r#where.clone()),
        ..Selection::default()
    };
    let context = args.context.into_iter().map(|layer| Context { layer, ..Context::default() });
    figure.context.extend(context);
    let named: Vec<&str> = figure.context.iter().map(|context| context.layer.as_str()).collect();
    let loaded = load_with_context(&args.data, &all, &named, terminal)?;
    if let Some(filter) = filter.resolve(loaded.gazetteer)?.describe() {
        let selected = &Words::of(figure.page.language)?.foot.selected;
        figure.notes.insert(0, selected.replace("{list}", filter).into());
    }
    if let Some(ports) = &mut figure.ports {
        let place = Selection {
            country: filter.country.clone(),
            province: filter.province.clone(),
            bbox: filter.bbox.clone(),
            ..Selection::default()
        };
        ports.select = std::mem::take(&mut ports.select).overridden_by(place);
    }
    let about = |sites: &Selection| (sites.status.clone(), sites.segment.clone());
    let before = about(&figure.sites);
    figure.sites = figure.sites.overridden_by(filter);
    if args.figure.is_some() && keeps_title && before != about(&figure.sites) {
        terminal.notices.note(format!(
            "the picture keeps the figure's title, \"{}\", while the filters select other sites; \
             --title gives another",
            figure.title.of(figure.page.language)
        ));
    }
    loaded.tell_corrected(&mut figure)?;
    loaded.require_for(&figure)?;
    let progress = terminal.progress("drawing");
    let picture = figure::draw(&figure, &loaded.material())?;
    let files = args.picture.files(&picture.scene, &[format])?;
    drop(progress);
    if picture.counts.drawn == 0 {
        terminal.notices.note("no site is drawn: none matches, or none lies within the frame");
    } else {
        loaded.note_unused(&figure, "this figure", &mut terminal.notices)?;
    }
    for (label, _) in picture.counts.context.iter().filter(|(_, count)| **count == 0) {
        terminal.notices.note(format!("nothing of {label} lies within the frame"));
    }
    terminal.note_missing(&picture.scene);
    terminal.note_height("this figure", picture.too_high);
    let mut inputs = loaded.inputs();
    inputs.extend(args.figure.map(PathBuf::from));
    if let Some(path) = args.boxes {
        let target = Target::File(path);
        output::write(&target, &inputs, |out| boxes::write(&picture.scene, out))?;
    }
    let target = Target::File(args.output);
    files.iter().try_for_each(|(_, bytes)| output::write(&target, &inputs, |o| o.write_all(bytes)))
}
