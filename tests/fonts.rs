//! The embedded fonts can spell what maps say.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod common;

use std::collections::BTreeSet;

use calamine::{Data, Reader, Xlsx, open_workbook};
use reemap::basemap::{self, GREATER_CHINA, Scale};
use reemap::fonts;
use resvg::usvg::fontdb::{Database, Family, Query, Weight};
use resvg::usvg::{Node, Options, Tree};

#[test]
fn families_and_weights_are_found_by_name() {
    let mut database = Database::new();
    for font in fonts::ALL {
        database.load_font_data(font.to_vec());
    }
    for family in [fonts::LATIN, fonts::CHINESE] {
        for weight in [400, 600] {
            let families = [Family::Name(family)];
            let query = Query { families: &families, weight: Weight(weight), ..Query::default() };
            let face = database.query(&query).and_then(|id| database.face(id)).unwrap();
            assert_eq!((face.families[0].0.as_str(), face.weight.0), (family, weight));
        }
    }
}

/// The characters of a text for which no embedded font has a glyph, as the rasteriser finds.
fn missing(text: &BTreeSet<char>) -> String {
    let mut options = Options::default();
    for font in fonts::ALL {
        options.fontdb_mut().load_font_data(font.to_vec());
    }
    let letters: String = text.iter().map(|c| format!("&#{};", u32::from(*c))).collect();
    let svg = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>\
         <text font-family='{}, {}'>{letters}</text></svg>",
        fonts::LATIN,
        fonts::CHINESE
    );
    let tree = Tree::from_str(&svg, &options).unwrap();
    let [Node::Text(text)] = tree.root().children() else { panic!("no text") };
    let glyphs = text.layouted().iter().flat_map(|span| &span.positioned_glyphs);
    glyphs.filter(|glyph| glyph.id.0 == 0).map(|glyph| glyph.text.as_str()).collect()
}

#[test]
fn countries_and_chinas_provinces_can_be_spelled() {
    let mut letters = BTreeSet::new();
    for area in basemap::countries(Scale::Fine).unwrap() {
        letters.extend(area.unit.name.chars().chain(area.name_zh.chars()));
    }
    for area in GREATER_CHINA.iter().flat_map(|code| basemap::provinces_of(code).unwrap()) {
        letters.extend(area.unit.name.chars().chain(area.name_zh.chars()));
    }
    letters.extend("≤≥±×°′″·–—…→●▲■◆⁻¹²³₂南海诸岛图例港口稀土矿分离冶炼永磁轻重混合".chars());
    assert_eq!(missing(&letters), "");
    // The check itself can fail.
    assert_eq!(missing(&BTreeSet::from(['ก'])), "ก");
}

#[test]
fn the_workbook_can_be_spelled() {
    let Some(path) = common::shared("global_ree/Global_REE_occurrence_database.xlsx") else {
        return;
    };
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let sheet = book.worksheet_range("Sheet1").unwrap();
    let texts = sheet.cells().filter_map(|(_, _, cell)| match cell {
        Data::String(text) => Some(text),
        _ => None,
    });
    let letters: BTreeSet<char> =
        texts.flat_map(|text| text.chars()).filter(|c| !c.is_control()).collect();
    // As openpyxl counts them, line ends and the like aside.
    assert_eq!(letters.len(), 147);
    assert_eq!(missing(&letters), "");
}
