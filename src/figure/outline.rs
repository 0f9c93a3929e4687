//! Texts as outlines, for publishers that refuse fonts.

use std::collections::BTreeMap;
use std::fmt::Write;

use resvg::tiny_skia::{Path, PathSegment};
use resvg::usvg::roxmltree::{Document, Node};
use resvg::usvg::{self, Group};

use super::scene::escape;
use super::sheet::Sheet;
use crate::error::{Error, Result};

/// Attributes that say how a text is set, which its outlines no longer need.
const OF_TEXT: [&str; 8] =
    ["x", "y", "id", "font-family", "font-size", "font-style", "font-weight", "text-anchor"];

/// The SVG string with each `<text>` as a `<path>` of its letters, as the PNG shows them; the
/// words stay as the path's label. Groups, titles and symbols stay as they are.
pub fn svg(svg: &str) -> Result<String> {
    let failed = |reason: String| Error::Draw { what: "outlines".into(), reason };
    let named = with_ids(svg);
    let letters = letters(&Sheet::parse(&named)?);
    let document = Document::parse(&named).map_err(|e| failed(e.to_string()))?;
    let mut out = String::with_capacity(named.len() * 2);
    let mut done = 0;
    for text in document.descendants().filter(|node| node.has_tag_name("text")) {
        let range = text.range();
        out.push_str(named.get(done..range.start).unwrap_or_default());
        if let Some(data) = text.attribute("id").and_then(|id| letters.get(id)) {
            write_path(&text, data, &mut out);
        }
        done = range.end;
    }
    out.push_str(named.get(done..).unwrap_or_default());
    Ok(out)
}

/// Numbers the texts, to find each again once it is set.
fn with_ids(svg: &str) -> String {
    let mut out = String::with_capacity(svg.len() + svg.len() / 8);
    for (index, part) in svg.split("<text ").enumerate() {
        if index > 0 {
            let _ = write!(out, "<text id=\"text{index}\" ");
        }
        out.push_str(part);
    }
    out
}

/// The outlines of all texts, as path data by id.
fn letters(sheet: &Sheet) -> BTreeMap<String, String> {
    fn collect(group: &Group, letters: &mut BTreeMap<String, String>) {
        for node in group.children() {
            match node {
                usvg::Node::Group(group) => collect(group, letters),
                usvg::Node::Text(text) => {
                    let mut data = String::new();
                    for node in text.flattened().children() {
                        if let usvg::Node::Path(path) = node {
                            write_data(path.data(), &mut data);
                        }
                    }
                    letters.insert(text.id().into(), data);
                }
                _ => {}
            }
        }
    }
    let mut letters = BTreeMap::new();
    collect(sheet.tree.root(), &mut letters);
    letters
}

/// Path data with relative coordinates in thousandths of a point.
fn write_data(path: &Path, out: &mut String) {
    // Rounded before they are made relative, so that nothing drifts.
    let fine = |value: f32| (f64::from(value) * 1000.0).round() as i64;
    let (mut here, mut start) = ((0, 0), (0, 0));
    let first = out.len();
    for segment in path.segments() {
        let (letter, points) = match segment {
            PathSegment::MoveTo(a) => ('m', vec![a]),
            PathSegment::LineTo(a) => ('l', vec![a]),
            PathSegment::QuadTo(a, b) => ('q', vec![a, b]),
            PathSegment::CubicTo(a, b, c) => ('c', vec![a, b, c]),
            PathSegment::Close => {
                out.push('z');
                here = start;
                continue;
            }
        };
        // Absolute where the data begin: nothing is before.
        out.push(if out.len() == first { 'M' } else { letter });
        let mut end = here;
        for (index, point) in points.iter().enumerate() {
            end = (fine(point.x), fine(point.y));
            write_number(end.0 - here.0, index > 0, out);
            write_number(end.1 - here.1, true, out);
        }
        here = end;
        if letter == 'm' {
            start = end;
        }
    }
}

/// A number of thousandths, after a blank where it has to be parted from what is before.
fn write_number(thousandths: i64, parted: bool, out: &mut String) {
    if thousandths < 0 {
        out.push('-');
    } else if parted {
        out.push(' ');
    }
    let (whole, rest) = (thousandths.unsigned_abs() / 1000, thousandths.unsigned_abs() % 1000);
    if whole > 0 || rest == 0 {
        let _ = write!(out, "{whole}");
    }
    if rest > 0 {
        let digits = format!("{rest:03}");
        let _ = write!(out, ".{}", digits.trim_end_matches('0'));
    }
}

fn write_path(text: &Node, data: &str, out: &mut String) {
    let words: String =
        text.descendants().filter(Node::is_text).filter_map(|node| node.text()).collect();
    let _ = write!(out, "<path role=\"img\" aria-label=\"{}\"", escape(&words));
    for attribute in text.attributes().filter(|a| !OF_TEXT.contains(&a.name())) {
        let _ = write!(out, " {}=\"{}\"", attribute.name(), escape(attribute.value()));
    }
    // Letters overlap themselves; the picture's own rule is even-odd.
    let _ = write!(out, " fill-rule=\"nonzero\" d=\"{data}\"/>");
}
