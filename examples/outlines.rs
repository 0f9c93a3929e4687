//! Writes the outlines of the basemap as GeoJSON for other programs:
//!
//! ```sh
//! cargo run --release --example outlines -- countries > countries.geojson
//! cargo run --release --example outlines -- countries-50m > coarser.geojson
//! cargo run --release --example outlines -- provinces > provinces.geojson
//! ```

use std::error::Error;
use std::io::{self, BufWriter, Write};

use geo::{LineString, Polygon};
use reemap::basemap::{self, Area, Scale};

fn main() -> Result<(), Box<dyn Error>> {
    let areas: Vec<&Area> = match std::env::args().nth(1).as_deref() {
        Some("countries") => basemap::countries(Scale::Fine)?.iter().collect(),
        Some("countries-50m") => basemap::countries(Scale::Medium)?.iter().collect(),
        Some("provinces") => basemap::provinces()?,
        _ => return Err("say which outlines: countries, countries-50m or provinces".into()),
    };
    let mut out = BufWriter::new(io::stdout().lock());
    out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[")?;
    for (index, area) in areas.into_iter().enumerate() {
        let properties = serde_json::json!({
            "code": area.unit.code, "name": area.unit.name, "country": area.country,
        });
        let comma = if index == 0 { "" } else { "," };
        write!(out, "{comma}\n{{\"type\":\"Feature\",\"properties\":{properties},")?;
        out.write_all(b"\"geometry\":{\"type\":\"MultiPolygon\",\"coordinates\":")?;
        list(&mut out, &area.shape().0, polygon)?;
        out.write_all(b"}}")?;
    }
    out.write_all(b"\n]}\n")?;
    Ok(out.flush()?)
}

/// Items in brackets.
fn list<W: Write, T>(
    out: &mut W,
    items: &[T],
    write: impl Fn(&mut W, &T) -> io::Result<()>,
) -> io::Result<()> {
    out.write_all(b"[")?;
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.write_all(b",")?;
        }
        write(out, item)?;
    }
    out.write_all(b"]")
}

fn polygon<W: Write>(out: &mut W, polygon: &Polygon<f64>) -> io::Result<()> {
    let mut rings = vec![polygon.exterior()];
    rings.extend(polygon.interiors());
    list(out, &rings, |out, ring: &&LineString<f64>| {
        // Shortest digits that give the same numbers back.
        list(out, &ring.0, |out, point| write!(out, "[{},{}]", point.x, point.y))
    })
}
