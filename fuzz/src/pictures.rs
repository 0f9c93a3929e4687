//! Figures by their specification, and the SVG that is written.

use std::sync::OnceLock;

use reemap::dataset;
use reemap::figure::language::Language;
use reemap::figure::scene::{Anchor, Node, Paint, Scene, Text};
use reemap::figure::sheet::Sheet;
use reemap::figure::spec::{self, Figure};
use reemap::figure::style::INK;
use reemap::figure::theme::Theme;
use reemap::figure::{self, Material, boxes};
use reemap::site::Site;
use resvg::usvg::roxmltree::{Document, Node as Element};

use super::files::{joined, parts, with};
use super::layers::{gazetteer, rules, told};
use super::texts;

/// The elements that a picture is made of.
const ELEMENTS: [&str; 9] = ["svg", "title", "desc", "defs", "g", "path", "use", "text", "tspan"];

/// Parses a picture, which holds nothing but what the writer makes.
fn parsed(svg: &str) -> Document<'_> {
    let document = Document::parse(svg).expect("well-formed");
    for element in document.descendants() {
        assert!(!element.is_comment() && !element.is_pi(), "{svg}");
        if element.is_element() {
            let name = element.tag_name().name();
            assert!(ELEMENTS.contains(&name), "{name} in {svg}");
            let strange = |name: &str| name.starts_with("on") || name == "style";
            assert!(!element.attributes().any(|it| strange(it.name())), "{svg}");
        }
    }
    document
}

/// The text that stands within an element.
fn text_of(element: Element) -> String {
    element.descendants().filter_map(|it| it.is_text().then(|| it.text()).flatten()).collect()
}

/// A text as XML can hold it.
fn held(text: &str) -> String {
    let fits = |character: &char| match *character {
        '\u{fffe}' | '\u{ffff}' | '\u{7f}'..='\u{9f}' => false,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => false,
        character => character >= ' ',
    };
    let blank = |character| if matches!(character, '\t' | '\n' | '\r') { ' ' } else { character };
    text.chars().map(blank).filter(fits).collect()
}

/// The parts are by turns a title, a description, the name of a layer, a symbol's id and title,
/// and texts.
pub fn svg(input: &[u8]) {
    let words: Vec<String> =
        parts(input).map(|part| String::from_utf8_lossy(part).into_owned()).collect();
    let word = |at: usize| words.get(at).cloned().unwrap_or_default();
    let anchors = [Anchor::Start, Anchor::Middle, Anchor::End];
    let texts: Vec<Node> = (words.iter().skip(5).enumerate())
        .map(|(at, text)| {
            let text = Text::new(at as f64, 10.0, 6.5, text.clone()).anchor(anchors[at % 3]);
            Node::Text(if at % 2 == 0 { text.halo() } else { text.bold() })
        })
        .collect();
    let disc = Node::Path { data: "M-2 0a2 2 0 1 0 4 0z".into(), paint: Paint::fill(INK) };
    let used = Node::Use { symbol: word(3), x: 1.0, y: 2.0, title: word(4) };
    let scene = Scene {
        width: 170.0,
        height: 170.0,
        title: word(0),
        description: word(1),
        symbols: vec![(word(3), vec![disc])],
        nodes: vec![Node::Group { id: word(2), nodes: texts }, used],
        theme: Theme::open("print").expect("a theme"),
        language: Language::En,
    };
    let svg = scene.svg();
    let document = parsed(&svg);
    let all = |name: &'static str| {
        document.descendants().filter(move |element| element.has_tag_name(name))
    };
    let said: Vec<String> = all("text").map(text_of).collect();
    let expected: Vec<String> = words.iter().skip(5).map(|word| held(word)).collect();
    assert_eq!(said, expected);
    let said: Vec<String> = all("title").chain(all("desc")).map(text_of).collect();
    let mut expected = vec![held(&word(0)), held(&word(4)), held(&word(1))];
    // No title is written where there is none to tell.
    if word(4).is_empty() {
        expected.remove(1);
    }
    assert_eq!(said, expected);
    let group = all("g").next_back().expect("a layer");
    assert_eq!(group.attribute("id"), Some(&*held(&word(2))));
    assert_eq!(all("path").count(), 1);
    let mut bytes = Vec::new();
    boxes::write(&scene, &mut bytes).expect("in memory");
}

pub fn svg_seeds() -> Vec<Vec<u8>> {
    let hostile = [
        "<script>alert(1)</script>",
        "a \"b\" 'c' & d",
        "]]>",
        "<!-- -->",
        "\u{202E}dlrow\u{2066}\u{0}\u{1}\u{7f}\u{FFFE}",
        "&#0;&amp;lt;",
        "白云鄂博 “Bayan Obo” Xi’an…",
        "\" onload=\"x",
        "line\r\nbreak\ttab\u{85}\u{2028}",
    ];
    let hostile = hostile.map(str::as_bytes);
    let mut turned = hostile;
    turned.rotate_left(4);
    vec![joined(&hostile), joined(&turned)]
}

/// A theme's file, by which a picture is painted.
pub fn theme(input: &[u8]) {
    with(&[("theme.toml", input)], |path| match Theme::open(&path.to_string_lossy()) {
        Ok(theme) => assert_eq!(theme.hex(INK).len(), 7),
        Err(error) => told(&error),
    });
}

pub fn theme_seeds() -> Vec<Vec<u8>> {
    texts(&[
        include_str!("../../data/themes/print.toml"),
        include_str!("../../data/themes/dark.toml"),
    ])
}

/// Some sites of all sorts, classified and located.
fn sites() -> &'static [Site] {
    static SITES: OnceLock<Vec<Site>> = OnceLock::new();
    SITES.get_or_init(|| {
        let mut sites = dataset::embedded(|_| true).expect("a catalogue").sites;
        let mut number = 0;
        sites.retain(|_| {
            number += 1;
            number % 97 == 0
        });
        sites.iter_mut().for_each(|site| rules().classify(site));
        gazetteer().locate(&mut sites);
        sites
    })
}

/// A figure's specification; one that asks for little is drawn.
pub fn figure(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let mut figure = match Figure::parse(text, "figure.toml") {
        Ok(figure) => figure,
        Err(error) => return told(&error),
    };
    if figure.lens.len() + figure.inset.len() + figure.chart.len() + figure.context.len() > 3 {
        return;
    }
    figure.page.width = figure.page.width.min(89.0);
    figure.page.height = figure.page.height.min(89.0);
    let material = Material {
        sites: sites(),
        ports: &[],
        context: &[],
        gazetteer: gazetteer(),
        rules_version: rules().version(),
    };
    match figure::draw(&figure, &material) {
        Ok(picture) => {
            assert!(picture.counts.drawn <= picture.counts.selected, "{:?}", picture.counts);
            let svg = picture.scene.svg();
            parsed(&svg);
            Sheet::parse(&svg).expect("a picture");
        }
        Err(error) => told(&error),
    }
}

pub fn figure_seeds() -> Vec<Vec<u8>> {
    let built_in = spec::BUILT_IN.iter().map(|(_, text)| *text);
    let own = "title = \"{n} <sites> & more\"\nsubtitle = { en = \"a {by}\", zh = \"甲\" }\nnotes = [\"{without-location}\"]\n[page]\nwidth = 60\nheight = 60\ntheme = \"grey\"\nlanguage = \"zh\"\n[sites]\ncountry = [\"China\"]\nwhere = \"ree_type = 'heavy'\"\n[symbols]\nsize = 2.5\ncolor-by = \"status\"\nlabels = true\nmark-uncertain = true\n[frame]\nbbox = [100.0, 20.0, 122.0, 42.0]\nprojection = \"+proj=laea +lat_0=35 +lon_0=105\"\ngraticule = 10\nscale-bar = true\n[[chart]]\ntitle = \"By status\"\nby = \"status\"\nmost = 5\n[locator]\n";
    let few = "title = \"t\"\n[frame]\nprovince = [\"Jiangxi\"]\n[choropleth]\nby = \"province\"\nclasses = 4\nsites = true\n[[lens]]\ntitle = \"l\"\nbbox = [114.0, 24.0, 116.0, 26.0]\n";
    texts(&built_in.chain([own, few]).collect::<Vec<_>>())
}
