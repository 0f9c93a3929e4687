//! `summary.md`: what a run read, drew and counted, to be read by people.

use std::fmt::Write;

use super::manifest::Manifest;
use crate::dataset;
use crate::figure::Counts;
use crate::figure::legend::grouped;
use crate::site::{Activity, Dataset, ReeType, Segment, Site};

/// A figure of the run.
pub struct Drawn {
    /// Its name, `figure2`.
    pub name: String,
    /// Its title.
    pub title: String,
    /// What it shows.
    pub counts: Counts,
}

/// Writes the summary as Markdown.
pub fn write(manifest: &Manifest, sites: &[Site], figures: &[Drawn], notes: &[String]) -> String {
    let mut out = String::new();
    // Writing to a string can't fail.
    let _ = summary(&mut out, manifest, sites, figures, notes);
    out
}

fn summary(
    out: &mut String,
    manifest: &Manifest,
    sites: &[Site],
    figures: &[Drawn],
    notes: &[String],
) -> std::fmt::Result {
    writeln!(out, "# Summary\n")?;
    writeln!(
        out,
        "Made by {}, rules {}, basemap {}.\n",
        manifest.generator, manifest.rules_version, manifest.basemap
    )?;
    writeln!(out, "## What was read\n")?;
    for input in &manifest.inputs {
        let path = input.path.display().to_string();
        write!(out, "- {} (SHA-256 `{}`)", escaped(&path), input.sha256)?;
        match manifest.fetched.iter().find(|origin| origin.path == input.path) {
            Some(origin) => writeln!(out, ", fetched from {}", escaped(&origin.url))?,
            None => writeln!(out)?,
        }
    }
    let settled = manifest.tables.iter().filter(|table| !table.columns.is_empty());
    for (number, table) in settled.enumerate() {
        if number == 0 {
            writeln!(out, "\nColumns without a name of their own were taken for:\n")?;
        }
        writeln!(out, "- {}: {}", escaped(&table.layer), escaped(&table.columns.join(", ")))?;
    }
    if let Some(catalog) = manifest.catalog {
        writeln!(
            out,
            "\nThe table of the global database ships with the program; it was made from:\n"
        )?;
        for (name, source) in catalog {
            writeln!(out, "- {} (SHA-256 `{}`)", escaped(name), source.sha256)?;
        }
    }
    writeln!(out, "\n| dataset | sites | as of | source |\n|---|--:|---|---|")?;
    for dataset in Dataset::ALL {
        let Some(count) = manifest.sites.get(dataset.name()) else { continue };
        let (as_of, citation) = dataset::about(dataset)
            .map_or(("", "the user's own points"), |a| (a.as_of.as_str(), a.citation.as_str()));
        writeln!(out, "| {} | {} | {as_of} | {citation} |", dataset.name(), grouped(*count))?;
    }

    writeln!(out, "\n## Figures\n")?;
    writeln!(
        out,
        "| figure | title | sites drawn | without location | outside the frame | ports |"
    )?;
    writeln!(out, "|---|---|--:|--:|--:|--:|")?;
    for Drawn { name, title, counts } in figures {
        writeln!(
            out,
            "| {name} | {} | {} | {} | {} | {} |",
            escaped(title),
            grouped(counts.drawn),
            grouped(counts.without_location),
            grouped(counts.outside_frame),
            grouped(counts.ports)
        )?;
    }

    writeln!(out, "\n## Sites by class\n")?;
    let datasets: Vec<_> =
        Dataset::ALL.into_iter().filter(|d| manifest.sites.contains_key(d.name())).collect();
    writeln!(
        out,
        "| class |{}",
        datasets.iter().map(|d| format!(" {} |", d.name())).collect::<String>()
    )?;
    writeln!(out, "|---|{}", "--:|".repeat(datasets.len()))?;
    let mut row = |name: String, holds: &dyn Fn(&Site) -> bool| {
        let cells: String = datasets
            .iter()
            .map(|dataset| {
                let of_dataset = sites.iter().filter(|site| site.dataset == *dataset);
                format!(" {} |", grouped(of_dataset.filter(|site| holds(site)).count()))
            })
            .collect();
        writeln!(out, "| {name} |{cells}")
    };
    for &segment in Segment::ALL {
        row(format!("segment: {segment}"), &|site| site.segments.has(segment))?;
    }
    row("in several segments, counted in each".into(), &|site| site.segments.are_several())?;
    for &ree_type in ReeType::ALL {
        row(format!("rare earths: {ree_type}"), &|site| site.ree_type.value == ree_type)?;
    }
    for &activity in Activity::ALL {
        row(format!("status: {activity}"), &|site| site.status.activity() == activity)?;
    }
    row("status doubted or assumed by the source".into(), &|site| !site.status_certain)?;

    if !notes.is_empty() {
        writeln!(out, "\n## Notes\n")?;
        for note in notes {
            writeln!(out, "- {}", escaped(note))?;
        }
    }
    Ok(())
}

/// Text from outside, harmless in Markdown.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\r' => out.push(' '),
            '\\' | '|' | '*' | '_' | '`' | '<' | '>' | '[' | ']' | '#' => {
                out.push('\\');
                out.push(character);
            }
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}
