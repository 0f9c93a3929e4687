//! The feature `proj`: what PROJ adds, and that the engine without it agrees with PROJ.
#![cfg(feature = "proj")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

use proj::Proj;
use reemap::crs::System;

const METRES_PER_DEGREE: f64 = 111_319.490_793;

/// A stretch of the globe: west, south, east, north.
type Reach = [f64; 4];

/// A grid of places over a stretch.
fn grid([west, south, east, north]: Reach) -> impl Iterator<Item = (f64, f64)> {
    let at = |from: f64, to: f64, step: u32| from + (to - from) * f64::from(step) / 36.0;
    (0..=36).flat_map(move |i| (0..=36).map(move |j| (at(west, east, i), at(south, north, j))))
}

/// How far the engine without PROJ is from PROJ, in metres: forward, and back from where PROJ
/// stands.
fn apart(system: &System, proj: &str, reach: Reach) -> (f64, f64) {
    let pure = system.transform().unwrap();
    let forward = Proj::new_known_crs("EPSG:4326", proj, None).unwrap();
    let back = Proj::new_known_crs(proj, "EPSG:4326", None).unwrap();
    let in_metres = match system.axes {
        reemap::crs::Axes::Plane(metres) => metres,
        reemap::crs::Axes::Angles(_) => METRES_PER_DEGREE,
    };
    let (mut there, mut again) = (0.0_f64, 0.0_f64);
    for (longitude, latitude) in grid(reach) {
        let (x, y) = forward.convert((longitude, latitude)).unwrap();
        let (own_x, own_y) = pure.from_wgs84(longitude, latitude).unwrap();
        let off = (own_x - x).hypot(own_y - y) * in_metres;
        if off > there { there = off; eprintln!("   {longitude} {latitude}: {off:e}"); }
        let (longitude, latitude) = back.convert((x, y)).unwrap();
        let (own_longitude, own_latitude) = pure.to_wgs84(x, y).unwrap();
        let east = (own_longitude - longitude) * latitude.to_radians().cos();
        again = again.max(east.hypot(own_latitude - latitude) * METRES_PER_DEGREE);
    }
    (there, again)
}

#[test]
fn measure() {
    for (name, def, reach) in [
        ("equal-earth", "+proj=eqearth +datum=WGS84", [-179.9, -90.0, 179.9, 90.0]),
        ("robinson", "+proj=robin +datum=WGS84", [-179.9, -90.0, 179.9, 90.0]),
        ("albers-china", "+proj=aea +lat_1=25 +lat_2=47 +lat_0=0 +lon_0=105 +datum=WGS84", [-74.9, -80.0, 284.9, 89.0]),
        ("mercator", "+proj=merc +datum=WGS84", [-179.9, -89.0, 179.9, 89.0]),
    ] {
        let s = System::parse(name).unwrap();
        eprintln!("{name}: {:?}", apart(&s, def, reach));
    }
    for (code, reach) in [(3857, [-179.9, -85.0, 179.9, 85.0]), (4490, [70., 15., 136., 54.]), (4258, [-10., 35., 30., 70.]), (4269, [-170., 20., -60., 80.]), (4610, [70., 15., 136., 54.]), (32649, [105., 0., 117., 84.]), (32749, [105., -80., 117., 0.]), (32601, [-180., 0., -171., 84.]), (32660, [171., 0., 179.9, 84.])] {
        let text = format!("EPSG:{code}");
        let s = System::stated_without_proj(&text).unwrap();
        eprintln!("{text}: {:?}", apart(&s, &text, reach));
    }
    let s = System::stated_without_proj("EPSG:4214").unwrap();
    eprintln!("4214 {:?}", apart(&s, "+proj=longlat +ellps=krass +towgs84=15.8,-154.4,-82.3,0,0,0,0 +no_defs", [70., 15., 136., 54.]));
}
