# R with sf and ggplot2: the same maps, 183 mm wide, as SVG and as PNG at 300 dpi.
#
#   with_sf.R world COUNTRIES SITES.csv OUT
#   with_sf.R china COUNTRIES PROVINCES SITES.csv OUT
suppressPackageStartupMessages({ library(sf); library(ggplot2) })
given <- commandArgs(trailingOnly = TRUE)
out <- given[length(given)]
table <- read.csv(given[length(given) - 1])
countries <- st_read(given[2], quiet = TRUE)
land <- geom_sf(data = countries, fill = "#eeeeea", colour = "#999999", linewidth = 0.15)
if (given[1] == "world") {
  sites <- st_as_sf(table[!is.na(table$longitude), ], coords = c("longitude", "latitude"), crs = 4326)
  plot <- ggplot() + land +
    geom_sf(data = sites, aes(colour = record_type), size = 0.6) +
    coord_sf(crs = "+proj=eqearth +datum=WGS84")
} else {
  provinces <- st_read(given[3], quiet = TRUE)
  provinces <- provinces[provinces$country %in% c("CHN", "HKG", "MAC", "TWN"), ]
  table <- table[!is.na(table$longitude) & table$country == "China", ]
  sites <- st_as_sf(table, coords = c("longitude", "latitude"), crs = 4326)
  albers <- "+proj=aea +lat_1=25 +lat_2=47 +lon_0=105 +datum=WGS84"
  frame <- st_bbox(st_transform(provinces, albers))
  plot <- ggplot() + land +
    geom_sf(data = provinces, fill = "white", colour = "#bbbbbb", linewidth = 0.1) +
    geom_sf(data = sites, aes(colour = record_type), size = 0.6) +
    coord_sf(crs = albers, xlim = frame[c(1, 3)], ylim = frame[c(2, 4)])
}
plot <- plot + theme_minimal(base_size = 7)
ggsave(paste0(out, ".svg"), plot, device = grDevices::svg, width = 183, height = 110, units = "mm")
ggsave(paste0(out, ".png"), plot, width = 183, height = 110, units = "mm", dpi = 300)
