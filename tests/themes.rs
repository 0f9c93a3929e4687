//! Themes: that classes are told apart by every reader, on screen and in print without colour.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use reemap::figure::style::{
    Colour, FOCUS, INK, INK_SOFT, LAND, PAPER, PORT, Role, SEA, ree_type_colour,
};
use reemap::figure::theme::{BUILT_IN, Theme};
use reemap::site::ReeType;

/// Linear red, green and blue, from 0 to 1.
type Linear = [f64; 3];
/// CIELAB at D65.
type Lab = [f64; 3];
type Matrix = [[f64; 3]; 3];

/// What each way of seeing does to linear RGB: Machado, Oliveira and Fernandes (2009), severity 1.
const SIGHTS: [(&str, Matrix); 4] = [
    ("normal", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    (
        "protanopia",
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ],
    ),
    (
        "deuteranopia",
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ],
    ),
    (
        "tritanopia",
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ],
    ),
];

/// sRGB to CIE XYZ over the white of D65.
const XYZ: Matrix = [
    [0.4124564 / 0.95047, 0.3575761 / 0.95047, 0.1804375 / 0.95047],
    [0.2126729, 0.7151522, 0.0721750],
    [0.0193339 / 1.08883, 0.1191920 / 1.08883, 0.9503041 / 1.08883],
];

fn times(matrix: &Matrix, [x, y, z]: [f64; 3]) -> [f64; 3] {
    matrix.map(|[a, b, c]| a * x + b * y + c * z)
}

fn linear(rgb: u32) -> Linear {
    [16, 8, 0].map(|shift| {
        let part = f64::from((rgb >> shift) & 0xff) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    })
}

fn lab(colour: Linear) -> Lab {
    let [x, y, z] = times(&XYZ, colour)
        .map(|t| if t > 216.0 / 24389.0 { t.cbrt() } else { (24389.0 / 27.0 * t + 16.0) / 116.0 });
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

fn seen(rgb: u32, sight: &Matrix) -> Lab {
    lab(times(sight, linear(rgb)).map(|part| part.clamp(0.0, 1.0)))
}

fn lightness(rgb: u32) -> f64 {
    lab(linear(rgb))[0]
}

/// CIEDE2000, as Sharma, Wu and Dalal (2005) write it out.
fn delta_e([l1, a1, b1]: Lab, [l2, a2, b2]: Lab) -> f64 {
    let seventh = |c: f64| (c.powi(7) / (c.powi(7) + 25f64.powi(7))).sqrt();
    let stretch = 1.5 - 0.5 * seventh((a1.hypot(b1) + a2.hypot(b2)) / 2.0);
    let polar = |a: f64, b: f64| {
        let a = a * stretch;
        (a.hypot(b), b.atan2(a).to_degrees().rem_euclid(360.0))
    };
    let ((c1, h1), (c2, h2)) = (polar(a1, b1), polar(a2, b2));
    let grey = c1 * c2 == 0.0;
    let turn = match h2 - h1 {
        _ if grey => 0.0,
        turn if turn > 180.0 => turn - 360.0,
        turn if turn < -180.0 => turn + 360.0,
        turn => turn,
    };
    let middle = match h1 + h2 {
        sum if grey => sum,
        sum if (h1 - h2).abs() <= 180.0 => sum / 2.0,
        sum if sum < 360.0 => (sum + 360.0) / 2.0,
        sum => (sum - 360.0) / 2.0,
    };
    let (light, chroma) = ((l1 + l2) / 2.0, (c1 + c2) / 2.0);
    let cos = |degrees: f64| degrees.to_radians().cos();
    let t =
        1.0 - 0.17 * cos(middle - 30.0) + 0.24 * cos(2.0 * middle) + 0.32 * cos(3.0 * middle + 6.0)
            - 0.20 * cos(4.0 * middle - 63.0);
    let off = (light - 50.0).powi(2);
    let dl = (l2 - l1) / (1.0 + 0.015 * off / (20.0 + off).sqrt());
    let dc = (c2 - c1) / (1.0 + 0.045 * chroma);
    let dh = 2.0 * (c1 * c2).sqrt() * (turn / 2.0).to_radians().sin() / (1.0 + 0.015 * chroma * t);
    let blue = 60.0 * (-((middle - 275.0) / 25.0).powi(2)).exp();
    let rotation = -blue.to_radians().sin() * 2.0 * seventh(chroma);
    (dl * dl + dc * dc + dh * dh + rotation * dc * dh).sqrt()
}

/// WCAG's contrast of two colours, from 1 to 21.
fn contrast(one: u32, other: u32) -> f64 {
    let [one, other] = [one, other].map(|rgb| times(&XYZ, linear(rgb))[1] + 0.05);
    one.max(other) / one.min(other)
}

fn theme(name: &str) -> impl Fn(Colour) -> u32 {
    let theme = Theme::open(name).unwrap();
    move |colour| theme.rgb(colour)
}

/// The types of rare earths with their names.
fn types() -> Vec<(String, Colour)> {
    ReeType::ALL.iter().map(|t| (t.to_string(), ree_type_colour(*t))).collect()
}

/// The least difference between two of some colours, and of which.
fn nearest(colours: &[(String, u32)], sight: &Matrix) -> (f64, String) {
    let mut least = (f64::INFINITY, String::new());
    for (number, (name, rgb)) in colours.iter().enumerate() {
        for (other, second) in &colours[number + 1..] {
            let ground = |name: &str| name == "land" || name == "focus";
            let difference = delta_e(seen(*rgb, sight), seen(*second, sight));
            if difference < least.0 && !(ground(name) && ground(other)) {
                least = (difference, format!("{name} and {other}"));
            }
        }
    }
    least
}

#[test]
fn the_difference_is_the_published_one() {
    // Pairs 1, 7, 17 and 25 of the table of Sharma, Wu and Dalal (2005).
    for (one, other, expected) in [
        ([50.0, 2.6772, -79.7751], [50.0, 0.0, -82.7485], 2.0425),
        ([50.0, 0.0, 0.0], [50.0, -1.0, 2.0], 2.3669),
        ([50.0, 2.5, 0.0], [73.0, 25.0, -18.0], 27.1492),
        ([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644),
    ] {
        let found = delta_e(one, other);
        assert!((found - expected).abs() < 1e-4, "{found} for {expected}");
    }
}

#[test]
fn every_reader_tells_the_classes_apart() {
    for name in ["print", "dark"] {
        let rgb = theme(name);
        let others = [("port", PORT), ("land", LAND), ("focus", FOCUS)];
        let others = others.map(|(name, colour)| (name.to_string(), colour));
        let colours: Vec<_> =
            types().into_iter().chain(others).map(|(name, c)| (name, rgb(c))).collect();
        for (sight, matrix) in &SIGHTS {
            let (least, pair) = nearest(&colours, matrix);
            println!("{name}, {sight}: {least:.1} between {pair}");
            assert!(least >= 10.0, "{name}, {sight}: {least:.1} between {pair}");
        }
    }
}

#[test]
fn in_grey_the_types_are_steps_of_lightness() {
    let rgb = theme("grey");
    for (_, colour) in types() {
        let [red, green, blue] = [16, 8, 0].map(|shift| (rgb(colour) >> shift) & 0xff);
        assert!(red == green && green == blue);
    }
    let mut steps: Vec<_> =
        types().into_iter().map(|(name, c)| (lightness(rgb(c)), name)).collect();
    steps.push((lightness(rgb(LAND)).min(lightness(rgb(FOCUS))), "land".into()));
    steps.sort_by(|a, b| a.0.total_cmp(&b.0));
    for pair in steps.windows(2) {
        assert!(pair[1].0 - pair[0].0 >= 15.0, "{pair:?}");
    }
    assert_eq!(steps.last().unwrap().1, "land", "no type is lighter than the ground");
}

#[test]
fn text_can_be_read_on_every_ground() {
    for (name, _) in BUILT_IN {
        let rgb = theme(name);
        for (ink, text) in [("ink", INK), ("ink-soft", INK_SOFT)] {
            for (on, ground) in [("paper", PAPER), ("land", LAND), ("focus", FOCUS), ("sea", SEA)] {
                let found = contrast(rgb(text), rgb(ground));
                assert!(found >= 4.5, "{name}: {ink} on {on} has {found:.2}");
            }
        }
    }
}

#[test]
fn land_and_sea_stay_in_the_background() {
    for (name, _) in BUILT_IN {
        let rgb = theme(name);
        for ground in [LAND, FOCUS] {
            let apart = (lightness(rgb(ground)) - lightness(rgb(SEA))).abs();
            assert!(apart < 15.0, "{name}: {apart:.1}");
            assert!(apart > 1.0, "{name}: land is seen, {apart:.1}");
        }
    }
}

#[test]
fn the_ramp_goes_one_way_in_steps_that_show() {
    for (name, text) in BUILT_IN {
        let rgb = theme(name);
        let table: toml::Table = text.parse().unwrap();
        let last = table["ramp"].as_array().unwrap().len() - 1;
        let step = |number: usize| (number * 1000 / last) as u16;
        let steps: Vec<f64> =
            (0..=last).map(|n| lightness(rgb(Colour::Role(Role::Ramp(step(n)))))).collect();
        let away = (steps[last] - steps[0]).signum();
        for pair in steps.windows(2) {
            assert!((pair[1] - pair[0]) * away >= 8.0, "{name}: {steps:.1?}");
        }
        // Many stand out most from the ground.
        let ground = lightness(rgb(LAND));
        assert!((steps[last] - ground).abs() > (steps[0] - ground).abs(), "{name}");
        // Few can be told from it.
        let few = seen(rgb(Colour::Role(Role::Ramp(0))), &SIGHTS[0].1);
        let apart = delta_e(few, seen(rgb(LAND), &SIGHTS[0].1));
        assert!(apart >= 4.0, "{name}: fewest and land {apart:.1}");
    }
}

#[test]
fn a_copy_without_colours_keeps_the_types_apart() {
    let rgb = theme("print");
    let mut steps: Vec<f64> = types().into_iter().map(|(_, c)| lightness(rgb(c))).collect();
    steps.sort_by(f64::total_cmp);
    for pair in steps.windows(2) {
        assert!(pair[1] - pair[0] >= 14.0, "{steps:?}");
    }
}
