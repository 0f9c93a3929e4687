//! `reemap explain`: one site, its classes, and the cells and rules they rest on.

use std::fmt::Display;
use std::io::{self, Write};

use reemap::dataset;
use reemap::output::{self, printable};
use reemap::place::Gazetteer;
use reemap::select::{Selection, fold, nearest};
use reemap::site::{Evidence, Finding, PlaceBasis, Site, Stand, Status, Unit};
use reemap::{Error, Result};

use super::args::DataArgs;
use super::ask::Asks;
use super::load::{Loaded, load};
use super::terminal::Terminal;

/// Explain one site: what the source states, the place found, the segments and the REE type,
/// and for each the cells and rules it rests on
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  reemap explain 5029
  reemap explain global-ree:5433
  reemap explain \"Bayan Obo\"
  reemap explain --data Global_REE_occurrence_database.xlsx 5433")]
pub struct Args {
    /// A site's id (global-ree:5029), its source's id (5029), or its name or part of it
    #[arg(value_name = "ID_OR_NAME")]
    site: String,
    #[command(flatten)]
    data: DataArgs,
}

/// How many sites a message lists.
const LISTED: usize = 20;

pub fn run(args: Args, terminal: &mut Terminal) -> Result<()> {
    let everything = Selection { dataset: vec!["all".into()], ..Selection::default() };
    let loaded = load(&args.data, &everything, terminal)?;
    let found = find(&loaded.collection.sites, &args.site);
    match found.as_slice() {
        [] => {
            // It may stand in a layer whose rows can't be used.
            loaded.require(&everything, Asks::Sites)?;
            Err(unknown(&loaded.collection.sites, &args.site))
        }
        [site] => {
            let page = Page { site, loaded: &loaded, bold: terminal.colors_stdout() };
            output::print(|out| page.write(out))
        }
        several => Err(ambiguous(several, &args.site)),
    }
}

/// The sites that words name: by id, else by the source's id, else by whole name, else by
/// part of a name.
fn find<'a>(sites: &'a [Site], words: &str) -> Vec<&'a Site> {
    let wanted = fold(words);
    let names = |site: &Site| -> Vec<String> {
        std::iter::once(&site.name).chain(&site.other_names).map(|name| fold(name)).collect()
    };
    let tests: [&dyn Fn(&Site) -> bool; 4] = [
        &|site| fold(&site.id) == wanted,
        &|site| fold(&site.source_id) == wanted,
        &|site| fold(&site.name) == wanted,
        &|site| names(site).iter().any(|name| name.contains(&wanted)),
    ];
    for test in tests {
        let found: Vec<&Site> = sites.iter().filter(|site| test(site)).collect();
        if !found.is_empty() && !wanted.is_empty() {
            return found;
        }
    }
    Vec::new()
}

fn unknown(sites: &[Site], words: &str) -> Error {
    let names = sites.iter().map(|site| site.name.as_str());
    let near = nearest(words, names);
    let hint = if near.is_empty() {
        "reemap list --name TEXT finds sites by part of a name".to_string()
    } else {
        format!("did you mean {}?", near.join(", or "))
    };
    Error::not_found(format!("no site has the id or name {words:?}")).with_hint(hint)
}

fn ambiguous(sites: &[&Site], words: &str) -> Error {
    let mut list = String::new();
    for site in sites.iter().take(LISTED) {
        let country = site.place.country.as_ref().map(|unit| unit.name.as_str());
        let country = country.or(site.stated_country.as_deref()).unwrap_or("country not known");
        list.push_str(&format!("\n  {}  {}, {country}", site.id, site.name));
    }
    if sites.len() > LISTED {
        list.push_str(&format!("\n  … and {} more", sites.len() - LISTED));
    }
    Error::not_found(format!("{} sites match {words:?}:{list}", sites.len()))
        .with_hint("give one of these ids")
}

/// The page about one site.
struct Page<'a> {
    site: &'a Site,
    loaded: &'a Loaded,
    bold: bool,
}

impl Page<'_> {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let site = self.site;
        self.heading(out, &format!("{}  {}", site.name, site.id))?;
        self.identity(out)?;
        self.place(out)?;
        self.facts(out)?;
        self.curation(out)?;
        for segment in site.segments.findings() {
            self.finding(out, "Segment", segment)?;
        }
        self.finding(out, "REE type", &site.ree_type)?;
        self.notes(out)?;
        self.resources(out)?;
        self.references(out)
    }

    fn identity(&self, out: &mut dyn Write) -> io::Result<()> {
        let site = self.site;
        let record = &site.record;
        let key = record.key.as_ref().map(|key| format!(", key {key}")).unwrap_or_default();
        let row = format!("{}{key}; {}, row {}", record.table, record.file, record.row);
        self.line(out, "source id", Some(&site.source_id))?;
        self.line(out, "record", Some(&row))?;
        self.line(out, "also", joined(&site.other_names, "; ").as_ref())?;
        self.line(out, "kind", site.kind.as_ref())?;
        self.line(out, "stage", site.stage.as_ref())
    }

    fn place(&self, out: &mut dyn Write) -> io::Result<()> {
        let site = self.site;
        let gazetteer = self.loaded.gazetteer;
        let location = site.point.map_or_else(
            || "none given".to_string(),
            |point| format!("{:.6}, {:.6} (longitude, latitude)", point.x(), point.y()),
        );
        self.line(out, "location", Some(&location))?;

        let named = |unit: &Option<Unit>| {
            unit.as_ref().map(|unit| format!("{} ({})", unit.name, unit.code))
        };
        let found: Vec<String> =
            [&site.place.province, &site.place.country].into_iter().filter_map(named).collect();
        let how = match (site.place.basis, site.place.distance_km) {
            (PlaceBasis::Within, _) => "the location lies in it".to_string(),
            (PlaceBasis::Nearest, Some(km)) => format!("the nearest, {km:.1} km away"),
            (PlaceBasis::Nearest, None) => "the nearest".to_string(),
            (PlaceBasis::None, _) => String::new(),
        };
        let found = match found.is_empty() {
            true => "none".to_string(),
            false => format!("{}: {how}", found.join(", ")),
        };
        self.line(out, "place found", Some(&found))?;

        let stated: Vec<&str> = [&site.stated_province, &site.stated_country]
            .into_iter()
            .filter_map(Option::as_deref)
            .collect();
        let stated = match stated.is_empty() {
            true => "none".to_string(),
            false => format!("{}{}", stated.join(", "), disagreement(site, gazetteer)),
        };
        self.line(out, "place stated", Some(&stated))?;

        let port = site.nearest_port.as_ref().map(|port| {
            let taken = if port.assumed { "taken to export metals" } else { "exports metals" };
            let distance = port.distance_km;
            format!("{} ({}), {distance:.0} km as the crow flies; {taken}", port.name, port.id)
        });
        self.line(out, "nearest port", port.as_ref())
    }

    fn facts(&self, out: &mut dyn Write) -> io::Result<()> {
        let site = self.site;
        let known = site.status != Status::Unknown;
        let doubt =
            if site.status_certain || !known { "" } else { ", doubted or assumed by the source" };
        let stated = match &site.stated_status {
            Some(stated) => format!("; stated: {stated}"),
            None => "; none stated".into(),
        };
        let status = format!(
            "{} ({}{doubt}){stated}",
            site.status,
            match site.status.activity().name() {
                "none" => "not at work",
                other => other,
            }
        );
        self.line(out, "status", Some(&status))?;
        self.line(out, "status date", dataset::status_as_of(site).as_ref())?;
        self.line(out, "deposit types", joined(&site.deposit_types, "; ").as_ref())?;
        self.line(out, "subtype", site.deposit_subtype.as_ref())?;
        self.line(out, "commodities", joined(&site.commodities, ", ").as_ref())?;
        self.line(out, "REE minerals", joined(&site.ree_minerals, ", ").as_ref())?;
        for product in &site.products {
            self.line(out, "product", Some(product))?;
        }
        Ok(())
    }

    /// How an entry of reemap's own tables is backed.
    fn curation(&self, out: &mut dyn Write) -> io::Result<()> {
        let Some(curation) = &self.site.curation else { return Ok(()) };
        writeln!(out)?;
        self.heading(out, &format!("Curated ({} confidence)", curation.confidence))?;
        self.line(out, "evidence", curation.evidence.as_ref())?;
        self.line(out, "as of", curation.as_of.as_ref())?;
        self.line(out, "town", curation.place.as_ref())?;
        self.line(out, "precision", Some(&curation.precision))?;
        self.line(out, "licence", Some(&curation.licence))
    }

    fn finding<T: Display>(
        &self,
        out: &mut dyn Write,
        what: &str,
        finding: &Finding<T>,
    ) -> io::Result<()> {
        writeln!(out)?;
        let how = match finding.confidence {
            Some(confidence) => format!(" ({confidence} confidence, by {})", finding.basis),
            None if finding.basis == "none" => " (nothing decides)".into(),
            None => format!(" ({})", finding.basis),
        };
        self.heading(out, &format!("{what}: {}{how}", finding.value))?;
        let mut stand = Stand::Decides;
        for evidence in &finding.evidence {
            if evidence.stand != stand {
                stand = evidence.stand;
                writeln!(out, "  — {}", stand_words(stand, finding.confidence.is_some()))?;
            }
            evidence_lines(out, evidence)?;
        }
        Ok(())
    }

    fn notes(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.site.notes.is_empty() {
            return Ok(());
        }
        writeln!(out)?;
        self.heading(out, "Notes on light and heavy")?;
        for note in &self.site.notes {
            let facts = joined(&note.facts, "; ");
            let text = match (&note.text, &facts) {
                (Some(text), Some(facts)) => format!("{text}  → {facts}"),
                (Some(text), None) => format!("{text}  → nothing read"),
                (None, Some(facts)) => facts.clone(),
                (None, None) => continue,
            };
            writeln!(out, "  {}: {}", printable(&note.column), printable(&text))?;
        }
        Ok(())
    }

    /// The estimates, what is taken from them, and what can't be read.
    fn resources(&self, out: &mut dyn Write) -> io::Result<()> {
        let resources = &self.site.resources;
        if resources.is_empty() {
            return Ok(());
        }
        writeln!(out)?;
        self.heading(out, "Resources and reserves")?;
        for estimate in &resources.estimates {
            let figures = joined(&estimate.figures, "; ").unwrap_or_else(|| {
                let whole = estimate.number.is_none() && resources.estimates.len() > 1;
                if whole { "all estimates" } else { "no figures" }.into()
            });
            let mut about: Vec<String> = Vec::new();
            about.extend(estimate.year.map(|year| format!("as of {year}")));
            about.extend(estimate.code.as_ref().map(|code| match code.name.as_str() {
                "none" => format!("{} reporting code", if code.certain { "no" } else { "no(?)" }),
                _ => format!("code {code}"),
            }));
            about.extend(joined(&estimate.references, "; "));
            let about = joined(&about, "; ").map(|about| format!(" [{about}]"));
            let number = estimate.number.map(|number| format!("{number}) ")).unwrap_or_default();
            let line = format!("{number}{figures}{}", about.unwrap_or_default());
            writeln!(out, "  {}", printable(&line))?;
        }
        let taken = [(resources.treo(), "TREO", "Mt"), (resources.treo_grade(), "TREO grade", "%")];
        let any = taken.iter().any(|(headline, ..)| headline.is_some());
        for (headline, label, unit) in taken {
            let text = headline.map(|it| format!("{} {unit}: {}", it.amount, it.basis));
            self.line(out, label, text.as_ref())?;
        }
        if any {
            writeln!(
                out,
                "    records overlap, such as a district and its mines: their amounts don't add up"
            )?;
        }
        for unread in &resources.unread {
            let cell = unread.cell.as_ref().map(|cell| format!(" \"{cell}\""));
            let text = format!(
                "{}:{} not read: {}",
                unread.column,
                cell.unwrap_or_default(),
                unread.reason
            );
            writeln!(out, "  {}", printable(&text))?;
        }
        Ok(())
    }

    fn references(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.site.references.is_empty() {
            return Ok(());
        }
        writeln!(out)?;
        self.heading(out, "References")?;
        for short in &self.site.references {
            let full = self.loaded.collection.references.iter().find(|entry| entry.short == *short);
            let text = full.map_or(short, |entry| &entry.full);
            writeln!(out, "  {}", printable(text))?;
        }
        Ok(())
    }

    fn heading(&self, out: &mut dyn Write, text: &str) -> io::Result<()> {
        let text = printable(text);
        if self.bold { writeln!(out, "\x1b[1m{text}\x1b[0m") } else { writeln!(out, "{text}") }
    }

    /// A labelled line; nothing where there is no value.
    fn line(
        &self,
        out: &mut dyn Write,
        label: &str,
        value: Option<&impl Display>,
    ) -> io::Result<()> {
        match value {
            Some(value) => writeln!(out, "  {label:<14}{}", printable(&value.to_string())),
            None => Ok(()),
        }
    }
}

/// What the evidence below says of the class.
fn stand_words(stand: Stand, decided: bool) -> &'static str {
    match (stand, decided) {
        (Stand::Decides, _) => "decides:",
        (Stand::Agrees, _) => "agrees:",
        (Stand::Differs, _) => "says otherwise:",
        (Stand::Silent, true) => "decides nothing:",
        (Stand::Silent, false) => "why not:",
    }
}

/// A piece of evidence: the cell, what it says by which rule, and the rule's literature.
fn evidence_lines(out: &mut dyn Write, evidence: &Evidence) -> io::Result<()> {
    let rule = printable(&evidence.rule);
    let says = printable(&evidence.says);
    if evidence.column.is_empty() {
        return writeln!(out, "  {says} [rule {rule}]");
    }
    writeln!(out, "  {}: \"{}\"", printable(&evidence.column), printable(&evidence.cell))?;
    writeln!(out, "    {says} [rule {rule}]")?;
    if evidence.source.is_empty() {
        return Ok(());
    }
    writeln!(out, "    after {}", printable(&evidence.source))
}

/// Items in one text; none of none.
fn joined<T: Display>(items: &[T], gap: &str) -> Option<String> {
    let texts: Vec<String> = items.iter().map(T::to_string).collect();
    (!texts.is_empty()).then(|| texts.join(gap))
}

/// Where the place stated is not the place found, a word on it.
fn disagreement(site: &Site, gazetteer: &Gazetteer) -> &'static str {
    let country = site.stated_country.as_deref().and_then(|name| gazetteer.country(name));
    if let (Some(stated), Some(found)) = (&country, &site.place.country)
        && stated.code != found.code
    {
        return " (another country than the one found)";
    }
    if let (Some(stated), Some(found)) = (&site.stated_province, &site.place.province) {
        let units = gazetteer.province(stated);
        if !units.is_empty() && !units.iter().any(|unit| unit.code == found.code) {
            return " (another province than the one found)";
        }
    }
    ""
}
