//! Company names that Microsoft publishes for use in samples: nobody's real company.
//!
//! Source: <https://learn.microsoft.com/style-guide/urls-web-addresses> and the sample data of the product
//! documentation.

/// Company names; the first is the company of seed 1.
pub(crate) const COMPANIES: &[&str] = &[
    "Contoso",
    "Fabrikam",
    "Northwind Traders",
    "Adventure Works",
    "Tailspin Toys",
    "Wide World Importers",
    "Woodgrove Bank",
    "Litware",
    "Proseware",
    "Trey Research",
    "Fourth Coffee",
    "Margie's Travel",
    "Alpine Ski House",
    "Humongous Insurance",
    "Lucerne Publishing",
    "Southridge Video",
    "Coho Winery",
    "VanArsdel",
    "A. Datum",
    "Wingtip Toys",
    "Graphic Design Institute",
    "School of Fine Art",
    "City Power & Light",
    "Consolidated Messenger",
];
