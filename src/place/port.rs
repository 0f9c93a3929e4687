//! The nearest port that exports metals.
//!
//! Only ports of a site's own country count: the data list some countries' ports and not others',
//! and a port across a border is not where ore or oxide would leave. A site in a country that has
//! none in the data, or in none, has no nearest port.

use std::collections::HashMap;

use geo::{Distance, Geodesic, Point};

use crate::site::{NearestPort, Port, Site};

/// Fills the nearest port of each site that has a location, by geodesic distance on WGS 84; of two
/// as near, the first id. Sites and ports must have been located.
///
/// Ports whose exports hold no metals, or that have no location (inland customs houses), are left
/// out.
pub fn nearest_ports(sites: &mut [Site], ports: &[Port]) {
    let mut by_country: HashMap<&str, Vec<(&Port, Point<f64>)>> = HashMap::new();
    for port in ports.iter().filter(|port| port.exports_metals) {
        if let (Some(country), Some(point)) = (&port.place.country, port.point) {
            by_country.entry(&country.code).or_default().push((port, point));
        }
    }
    for of_country in by_country.values_mut() {
        of_country.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
    }
    for site in sites {
        let country = site.place.country.as_ref().map(|unit| unit.code.as_str());
        let ports = country.and_then(|code| by_country.get(code));
        site.nearest_port = site.point.zip(ports).and_then(|(point, ports)| nearest(point, ports));
    }
}

fn nearest(point: Point<f64>, ports: &[(&Port, Point<f64>)]) -> Option<NearestPort> {
    let distances = ports.iter().map(|(port, at)| (*port, Geodesic.distance(point, *at) / 1e3));
    let (port, distance_km) = distances.min_by(|(_, a), (_, b)| a.total_cmp(b))?;
    Some(NearestPort {
        id: port.id.clone(),
        name: port.name.clone(),
        distance_km,
        assumed: port.exports_assumed,
    })
}
