//! The forms that a picture is written in: PDF, outlines in place of text, boxes.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::io::{Cursor, Read};

use common::Scratch;
use reemap::figure::boxes::{Kind, Overlap};
use reemap::figure::language::Language;
use reemap::figure::pdf::{self, About};
use reemap::figure::scene::Anchor::{End, Middle};
use reemap::figure::scene::{Bounds, Node, Paint, Scene, Text};
use reemap::figure::sheet::Sheet;
use reemap::figure::spec::{BUILT_IN, Choropleth, Division, Figure};
use reemap::figure::style::{INK, PT_PER_MM};
use reemap::figure::theme::Theme;
use reemap::figure::{self, outline, png};
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg;

/// Latin with diacritics, Chinese, kerned pairs, bold, with a halo and markup.
const WORDS: [&str; 4] =
    ["Kvanefjeld, Ilímaussaq – Đông Pao", "江西 Jiangxi 赣州", "AVATAR To", "<a & b>"];

fn scene() -> Scene {
    let mut nodes = vec![Node::Path {
        data: Bounds { left: 10.0, top: 10.0, right: 190.0, bottom: 30.0 }.path(),
        paint: Paint::line(INK, 0.5),
    }];
    let [first, second, third, fourth] = WORDS;
    nodes.push(Node::Group {
        id: "labels".into(),
        nodes: vec![
            Node::Text(Text::new(20.0, 50.0, 8.0, first).bold()),
            Node::Text(Text::new(100.0, 70.0, 6.5, second).halo().anchor(Middle)),
            Node::Text(Text::new(190.0, 90.0, 6.5, third).anchor(End)),
            Node::Text(Text::new(20.0, 110.0, 5.5, fourth)),
        ],
    });
    let disc =
        Node::Path { data: "M-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0z".into(), paint: Paint::fill(INK) };
    nodes.push(Node::Use { symbol: "disc".into(), x: 50.0, y: 130.0, title: "Bayan Obo".into() });
    Scene {
        width: 89.0 * PT_PER_MM,
        height: 50.0 * PT_PER_MM,
        title: "Rare earths 稀土".into(),
        description: "What is shown".into(),
        symbols: vec![("disc".into(), vec![disc])],
        nodes,
        theme: Theme::open("print").unwrap(),
        language: Language::En,
    }
}

fn pdf_of(svg: &str) -> Vec<u8> {
    let about = About { title: "Rare earths 稀土", description: "What is shown", language: "en" };
    pdf::draw(&Sheet::parse(svg).unwrap(), &about).unwrap()
}

/// A PDF as text, its streams unpacked.
fn opened(pdf: &[u8]) -> String {
    let (mut out, mut rest) = (String::new(), pdf);
    let find = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).position(|w| w == what);
    while let Some(start) = find(rest, b"stream\n") {
        let (before, stream) = rest.split_at(start + 7);
        out.push_str(&String::from_utf8_lossy(before));
        let end = find(stream, b"endstream").unwrap();
        let mut unpacked = Vec::new();
        let _ = flate2::read::ZlibDecoder::new(&stream[..end]).read_to_end(&mut unpacked);
        out.push_str(&String::from_utf8_lossy(&unpacked));
        rest = &stream[end + 9..];
    }
    out + &String::from_utf8_lossy(rest)
}

#[test]
fn a_pdf_has_the_pictures_size_its_title_and_its_fonts() {
    let text = opened(&pdf_of(&scene().svg()));
    let (_, page) = text.split_once("/MediaBox").unwrap();
    let page = page.split(['[', ']']).nth(1).unwrap();
    let page: Vec<f64> = page.split_whitespace().map(|n| n.parse().unwrap()).collect();
    assert_eq!(&page[..2], [0.0, 0.0]);
    assert!((page[2] - 89.0 * PT_PER_MM).abs() < 0.01 && (page[3] - 50.0 * PT_PER_MM).abs() < 0.01);
    for part in ["/Title", "/Subject", "reemap", "/Lang", "/FontFile", "/ToUnicode", "NotoSans"] {
        assert!(text.contains(part), "{part}");
    }
    for varying in ["/CreationDate", "/ModDate", "/Subtype/Image"] {
        assert!(!text.contains(varying), "{varying}");
    }
    // What a reader may copy: U+6C5F is 江, U+0110 is Đ.
    for letter in ["6C5F", "0110"] {
        assert!(text.to_uppercase().contains(letter), "U+{letter}");
    }
}

#[test]
fn a_pdf_has_the_same_bytes_each_time() {
    let svg = scene().svg();
    assert!(pdf_of(&svg) == pdf_of(&svg));
}

#[test]
fn outlined_text_looks_the_same_and_needs_no_font() {
    let text = scene().svg();
    let outlined = outline::svg(&text).unwrap();
    assert!(!outlined.contains("<text"));
    for part in
        ["<g id=\"labels\" class=\"layer\"", "<title>Bayan Obo</title>", "paint-order=\"stroke\""]
    {
        assert!(outlined.contains(part), "{part}");
    }
    assert!(outlined.contains("aria-label=\"江西 Jiangxi 赣州\""), "{outlined}");
    assert!(outlined.contains("aria-label=\"&lt;a &amp; b&gt;\""), "{outlined}");
    let (before, after) = (pixels_of_svg(&text, 150.0), pixels_of_svg(&outlined, 150.0));
    assert_eq!(before.len(), after.len());
    // The rasteriser sees four steps in a pixel: rounding may move a stem by one of them.
    let off: Vec<_> = before.iter().zip(&after).map(|(a, b)| a.abs_diff(*b)).collect();
    let worst = off.iter().max().unwrap();
    let mean = off.iter().map(|value| f64::from(*value)).sum::<f64>() / off.len() as f64;
    assert!(*worst <= 64 && mean < 0.05, "off by {worst} of 255 at worst, {mean} in the mean");
    assert!(before.iter().filter(|value| **value < 128).count() > 1000, "something is drawn");
    assert!(!opened(&pdf_of(&outlined)).contains("/FontFile"));
}

/// What `resvg` makes of an SVG at a resolution, as RGB on white; it knows nothing of scenes.
fn pixels_of_svg(svg: &str, dpi: f64) -> Vec<u8> {
    let mut options = usvg::Options::default();
    for file in reemap::fonts::ALL {
        options.fontdb_mut().load_font_data(file.to_vec());
    }
    let tree = usvg::Tree::from_str(svg, &options).unwrap();
    let across = |pixels: f32| (f64::from(pixels) * dpi / 96.0).round() as f32;
    let (width, height) = (across(tree.size().width()), across(tree.size().height()));
    let scale = (width / tree.size().width(), height / tree.size().height());
    let mut bytes = Vec::new();
    // In bands, as the program draws: where an edge is cut, pixels beside it may move by a step of
    // the rasteriser.
    for top in (0..height as u32).step_by(480) {
        let mut pixels = Pixmap::new(width as u32, (height as u32 - top).min(480)).unwrap();
        pixels.fill(Color::WHITE);
        let place = Transform::from_scale(scale.0, scale.1).post_translate(0.0, -(top as f32));
        resvg::render(&tree, place, &mut pixels.as_mut());
        bytes.extend(pixels.data().chunks(4).flat_map(|p| [p[0], p[1], p[2]]));
    }
    bytes
}

fn pixels_of_png(bytes: &[u8]) -> Vec<u8> {
    let mut reader = ::png::Decoder::new(Cursor::new(bytes)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).unwrap();
    pixels
}

/// Holds a scene's PNG against its SVG as another program draws it: the same to the last bit.
fn assert_png_is_svg(scene: &Scene, dpi: f64, what: &str) {
    let expected = pixels_of_svg(&scene.svg(), dpi);
    let drawn = pixels_of_png(&png::draw(scene, dpi).unwrap());
    assert_eq!(drawn.len(), expected.len(), "{what}");
    let off = drawn.iter().zip(&expected).map(|(a, b)| a.abs_diff(*b)).filter(|off| *off > 0);
    let off: Vec<u8> = off.collect();
    let most = off.iter().max();
    assert!(off.is_empty(), "{what}, {dpi} dpi: {} bytes differ, by {most:?} at most", off.len());
}

#[test]
fn the_png_shows_what_the_svg_shows() {
    assert_png_is_svg(&scene(), 96.0, "texts and a symbol");
    let sites = &common::catalogue().sites;
    let material = common::material(sites);
    for (name, _) in BUILT_IN {
        for (language, theme, dpi) in [
            (Language::En, "print", 300.0),
            (Language::Zh, "dark", 150.0),
            (Language::Zh, "grey", 40.0),
        ] {
            let mut figure = Figure::open(name).unwrap();
            figure.page.language = language;
            figure.page.theme = theme.into();
            let scene = figure::draw(&figure, &material).unwrap().scene;
            assert_png_is_svg(&scene, dpi, &format!("figure {name}, {language:?}, {theme}"));
        }
        let mut figure = Figure::open(name).unwrap();
        figure.choropleth = Some(Choropleth {
            by: Division::Province,
            classes: 5,
            title: Default::default(),
            sites: true,
        });
        figure.page.width = 89.0;
        let scene = figure::draw(&figure, &material).unwrap().scene;
        assert_png_is_svg(&scene, 120.0, &format!("figure {name} as a choropleth"));
    }
}

#[test]
fn boxes_are_where_things_are() {
    let boxes = scene().boxes();
    let of = |kind| boxes.iter().filter(move |piece| piece.kind == kind);
    let texts: Vec<_> = of(Kind::Text).map(|piece| piece.what.as_str()).collect();
    assert_eq!(texts, WORDS);
    assert!(of(Kind::Text).all(|piece| piece.layer == "labels" && piece.size >= Some(5.5)));
    let frames: Vec<_> = of(Kind::Frame).map(|piece| piece.bounds).collect();
    assert_eq!(frames, [Bounds { left: 10.0, top: 10.0, right: 190.0, bottom: 30.0 }]);
    let symbol = of(Kind::Symbol).next().unwrap();
    let off = |value: f64, expected: f64| (value - expected).abs();
    assert_eq!(symbol.what, "Bayan Obo");
    assert!(off(symbol.bounds.left, 48.0) < 0.01 && off(symbol.bounds.bottom, 132.0) < 0.01);
    assert!(scene().overlaps().is_empty());
}

#[test]
fn overlaps_are_told() {
    let mut scene = scene();
    scene.nodes.push(Node::Text(Text::new(21.0, 51.0, 6.5, "over")));
    scene.nodes.push(Node::Text(Text::new(49.0, 131.0, 6.5, "on a mine")));
    scene.nodes.push(Node::Text(Text::new(240.0, 20.0, 6.5, "beyond the edge")));
    let overlaps = scene.overlaps();
    assert!(
        matches!(&overlaps[..], [
        Overlap::TextOverText(a, b), Overlap::TextOverSymbol(c, d), Overlap::OffPage(e)
    ] if (a.what.as_str(), b.what.as_str()) == (WORDS[0], "over")
        && (c.what.as_str(), d.what.as_str()) == ("on a mine", "Bayan Obo")
        && e.what == "beyond the edge"),
        "{overlaps:#?}"
    );
}

#[test]
fn a_map_is_written_in_the_form_that_its_name_asks_for() {
    let scratch = Scratch::new();
    scratch.ok(&["map", "--figure", "2", "-o", "china.pdf", "--boxes", "boxes.csv"]);
    let pdf = std::fs::read(scratch.path().join("china.pdf")).unwrap();
    assert!(pdf.starts_with(b"%PDF-"));
    let boxes = scratch.read("boxes.csv");
    let rows = |start: &str| boxes.lines().filter(|row| row.starts_with(start)).count();
    assert_eq!(rows("kind,what,size,left,top,right,bottom,layer"), 1);
    assert!(rows("symbol,") > 59 && rows("text,") > 50 && rows("frame,") >= 3, "{boxes}");
    scratch.ok(&["map", "--figure", "2", "-o", "china.svg", "--outline-text"]);
    assert!(!scratch.read("china.svg").contains("<text"));
    let told = scratch.fails(2, &["map", "--figure", "2", "-o", "china.gif"]);
    assert!(told.contains(".pdf"), "{told}");
}
