//! Cities with their geography, and the offices that companies have in some of them.
//!
//! Countries, regions and their codes follow ISO 3166; positions are public geographic facts, in thousandths of
//! a degree. Offsets are those of the zone on 2025-01-15 (no daylight saving in the north), so that a tenant
//! does not change with the date it starts on; a test compares them with the zone database.

/// A city.
#[derive(Debug)]
pub(crate) struct City {
    pub(crate) name: &'static str,
    pub(crate) country: &'static str,
    pub(crate) country_name: &'static str,
    pub(crate) region: (&'static str, &'static str),
    pub(crate) postal: &'static str,
    pub(crate) latitude_milli: i32,
    pub(crate) longitude_milli: i32,
}

const fn city(
    name: &'static str,
    (country, country_name): (&'static str, &'static str),
    region: (&'static str, &'static str),
    postal: &'static str,
    (latitude_milli, longitude_milli): (i32, i32),
) -> City {
    City { name, country, country_name, region, postal, latitude_milli, longitude_milli }
}

const US: (&str, &str) = ("US", "United States");
const GB: (&str, &str) = ("GB", "United Kingdom");
const NL: (&str, &str) = ("NL", "Netherlands");
const IN: (&str, &str) = ("IN", "India");
const SG: (&str, &str) = ("SG", "Singapore");
const BR: (&str, &str) = ("BR", "Brazil");
const DE: (&str, &str) = ("DE", "Germany");
const FR: (&str, &str) = ("FR", "France");
const RU: (&str, &str) = ("RU", "Russia");

/// An office site: where companies of the catalogue have offices, and where their people live.
pub(crate) struct Site {
    pub(crate) city: City,
    /// Towns from which people of this office come.
    pub(crate) towns: &'static [City],
    /// IANA zone.
    pub(crate) zone: &'static str,
    /// Minutes east of UTC on 2025-01-15.
    pub(crate) offset: i32,
    /// Invented home providers, one per town.
    pub(crate) providers: &'static [&'static str],
    /// Invented mobile network.
    pub(crate) mobile: &'static str,
}

/// Office sites in the order in which growing companies open them.
pub(crate) const SITES: &[Site] = &[
    Site {
        city: city("Seattle", US, ("Washington", "WA"), "98101", (47_606, -122_332)),
        towns: &[
            city("Seattle", US, ("Washington", "WA"), "98103", (47_673, -122_343)),
            city("Bellevue", US, ("Washington", "WA"), "98004", (47_610, -122_201)),
            city("Tacoma", US, ("Washington", "WA"), "98402", (47_253, -122_444)),
        ],
        zone: "America/Los_Angeles",
        offset: -480,
        providers: &["Orcas Fiber", "Lakeshore Cable", "Rainfront Broadband"],
        mobile: "Evergreen Cellular",
    },
    Site {
        city: city("London", GB, ("England", "ENG"), "EC2V", (51_507, -128)),
        towns: &[
            city("London", GB, ("England", "ENG"), "N1", (51_538, -99)),
            city("Reading", GB, ("England", "ENG"), "RG1", (51_455, -969)),
            city("Croydon", GB, ("England", "ENG"), "CR0", (51_372, -98)),
        ],
        zone: "Europe/London",
        offset: 0,
        providers: &["Wharfside Broadband", "Kennet Fibre", "Wandle Internet"],
        mobile: "Heron Mobile",
    },
    Site {
        city: city("Amsterdam", NL, ("North Holland", "NH"), "1012", (52_374, 4_890)),
        towns: &[
            city("Amsterdam", NL, ("North Holland", "NH"), "1054", (52_362, 4_869)),
            city("Utrecht", NL, ("Utrecht", "UT"), "3511", (52_091, 5_122)),
            city("Haarlem", NL, ("North Holland", "NH"), "2011", (52_387, 4_646)),
        ],
        zone: "Europe/Amsterdam",
        offset: 60,
        providers: &["Grachtnet", "Domkabel", "Spaarne Glasvezel"],
        mobile: "Polder Mobiel",
    },
    Site {
        city: city("Bengaluru", IN, ("Karnataka", "KA"), "560001", (12_972, 77_595)),
        towns: &[
            city("Bengaluru", IN, ("Karnataka", "KA"), "560034", (12_926, 77_622)),
            city("Mysuru", IN, ("Karnataka", "KA"), "570001", (12_296, 76_639)),
            city("Hosur", IN, ("Tamil Nadu", "TN"), "635109", (12_740, 77_825)),
        ],
        zone: "Asia/Kolkata",
        offset: 330,
        providers: &["Namma Fibernet", "Chamundi Broadband", "Deccan Gate Internet"],
        mobile: "Peacock Mobile",
    },
    Site {
        city: city("Singapore", SG, ("Central Singapore", "01"), "048581", (1_290, 103_850)),
        towns: &[
            city("Singapore", SG, ("South East", "04"), "429364", (1_304, 103_905)),
            city("Singapore", SG, ("North West", "03"), "730000", (1_437, 103_786)),
            city("Singapore", SG, ("South West", "05"), "640000", (1_340, 103_706)),
        ],
        zone: "Asia/Singapore",
        offset: 480,
        providers: &["Merbau Fibre", "Straitside Broadband", "Kranji Net"],
        mobile: "Lionfish Mobile",
    },
    Site {
        city: city("São Paulo", BR, ("São Paulo", "SP"), "01310", (-23_561, -46_656)),
        towns: &[
            city("São Paulo", BR, ("São Paulo", "SP"), "04538", (-23_585, -46_679)),
            city("Campinas", BR, ("São Paulo", "SP"), "13010", (-22_906, -47_061)),
            city("Santos", BR, ("São Paulo", "SP"), "11010", (-23_961, -46_334)),
        ],
        zone: "America/Sao_Paulo",
        offset: -180,
        providers: &["Paulistana Fibra", "Ipê Banda Larga", "Serra Mar Internet"],
        mobile: "Tucano Celular",
    },
    Site {
        city: city("Munich", DE, ("Bavaria", "BY"), "80331", (48_137, 11_575)),
        towns: &[
            city("Munich", DE, ("Bavaria", "BY"), "80796", (48_164, 11_569)),
            city("Augsburg", DE, ("Bavaria", "BY"), "86150", (48_371, 10_898)),
            city("Freising", DE, ("Bavaria", "BY"), "85354", (48_403, 11_749)),
        ],
        zone: "Europe/Berlin",
        offset: 60,
        providers: &["Isarnetz", "Fuggerkabel", "Domberg Glasfaser"],
        mobile: "Enzian Mobilfunk",
    },
    Site {
        city: city("Paris", FR, ("Île-de-France", "IDF"), "75002", (48_867, 2_342)),
        towns: &[
            city("Paris", FR, ("Île-de-France", "IDF"), "75011", (48_859, 2_379)),
            city("Versailles", FR, ("Île-de-France", "IDF"), "78000", (48_801, 2_130)),
            city("Créteil", FR, ("Île-de-France", "IDF"), "94000", (48_790, 2_455)),
        ],
        zone: "Europe/Paris",
        offset: 60,
        providers: &["Lutèce Fibre", "Trianon Internet", "Marne Réseau"],
        mobile: "Alouette Mobile",
    },
    Site {
        city: city("Saint Petersburg", RU, ("Saint Petersburg", "SPE"), "190031", (59_927, 30_317)),
        towns: &[
            city("Saint Petersburg", RU, ("Saint Petersburg", "SPE"), "199034", (59_941, 30_277)),
            city("Pushkin", RU, ("Saint Petersburg", "SPE"), "196601", (59_722, 30_416)),
            city("Gatchina", RU, ("Leningrad", "LEN"), "188300", (59_576, 30_128)),
        ],
        zone: "Europe/Moscow",
        offset: 180,
        providers: &["Admiralty Net", "Lyceum Telecom", "Silver Lake Internet"],
        mobile: "Sturgeon Mobile",
    },
];

/// Cities without an office, with an invented provider each: travellers' and attackers' places.
pub(crate) const ABROAD: &[(City, &str)] = &[
    (city("Moscow", RU, ("Moscow", "MOW"), "101000", (55_756, 37_617)), "Zarya Telecom"),
    (city("Saint Petersburg", RU, ("Saint Petersburg", "SPE"), "190000", (59_939, 30_314)), "Nevsky Net"),
    (city("Lagos", ("NG", "Nigeria"), ("Lagos", "LA"), "101241", (6_455, 3_394)), "Lagoon Wireless"),
    (city("Hanoi", ("VN", "Vietnam"), ("Hanoi", "HN"), "100000", (21_028, 105_854)), "Red River Internet"),
    (
        city("Ho Chi Minh City", ("VN", "Vietnam"), ("Ho Chi Minh City", "SG"), "700000", (10_776, 106_701)),
        "Lotus Broadband",
    ),
    (city("Shanghai", ("CN", "China"), ("Shanghai", "SH"), "200000", (31_230, 121_474)), "Magnolia Network"),
    (city("Kyiv", ("UA", "Ukraine"), ("Kyiv", "30"), "01001", (50_450, 30_523)), "Kashtan Online"),
    (city("Tehran", ("IR", "Iran"), ("Tehran", "23"), "11369", (35_689, 51_389)), "Alborz Datanet"),
    (city("Rio de Janeiro", BR, ("Rio de Janeiro", "RJ"), "20010", (-22_907, -43_173)), "Carioca Link"),
    (city("Bucharest", ("RO", "Romania"), ("Bucharest", "B"), "010011", (44_427, 26_102)), "Dambovita Net"),
    (
        city("Istanbul", ("TR", "Türkiye"), ("Istanbul", "34"), "34000", (41_008, 28_978)),
        "Golden Horn Telecom",
    ),
    (city("Jakarta", ("ID", "Indonesia"), ("Jakarta", "JK"), "10110", (-6_175, 106_827)), "Garuda Fiber"),
    (city("Tokyo", ("JP", "Japan"), ("Tokyo", "13"), "100-0001", (35_690, 139_692)), "Sumida Hikari"),
    (
        city("Sydney", ("AU", "Australia"), ("New South Wales", "NSW"), "2000", (-33_869, 151_209)),
        "Harbourlink",
    ),
    (city("Toronto", ("CA", "Canada"), ("Ontario", "ON"), "M5H", (43_653, -79_383)), "Maple Loop Cable"),
    (
        city("Mexico City", ("MX", "Mexico"), ("Ciudad de México", "CMX"), "06000", (19_433, -99_133)),
        "Xochitl Telecom",
    ),
    (
        city("Johannesburg", ("ZA", "South Africa"), ("Gauteng", "GP"), "2001", (-26_204, 28_047)),
        "Protea Online",
    ),
    (city("Milan", ("IT", "Italy"), ("Lombardy", "25"), "20121", (45_464, 9_190)), "Navigli Fibra"),
    (city("Madrid", ("ES", "Spain"), ("Madrid", "MD"), "28013", (40_417, -3_704)), "Manzanares Red"),
    (city("Warsaw", ("PL", "Poland"), ("Mazovia", "14"), "00-001", (52_230, 21_012)), "Syrenka Net"),
];

/// Cities abroad to which people fly, with their minutes east of UTC on 2025-01-15.
pub(crate) const TRAVELLED: &[(&str, i32)] = &[
    ("Tokyo", 540),
    ("Sydney", 660),
    ("Toronto", -300),
    ("Mexico City", -360),
    ("Johannesburg", 120),
    ("Milan", 60),
    ("Madrid", 60),
    ("Warsaw", 60),
    ("Bucharest", 120),
    ("Istanbul", 180),
    ("Jakarta", 420),
    ("Rio de Janeiro", -180),
    ("Moscow", 180),
    ("Lagos", 60),
    ("Hanoi", 420),
    ("Ho Chi Minh City", 420),
    ("Shanghai", 480),
    ("Kyiv", 120),
];

/// Cities abroad from which strangers guess passwords.
pub(crate) const GUESSERS: &[&str] =
    &["Kyiv", "Tehran", "Bucharest", "Istanbul", "Jakarta", "Mexico City", "Johannesburg", "Rio de Janeiro"];

/// Data-centre cities: hosting of proxies, gateways and clouds.
pub(crate) const HOSTING: &[City] = &[
    city("Ashburn", US, ("Virginia", "VA"), "20147", (39_044, -77_487)),
    city("Slough", GB, ("England", "ENG"), "SL1", (51_510, -595)),
    city("Middenmeer", NL, ("North Holland", "NH"), "1775", (52_808, 4_996)),
    city("Chennai", IN, ("Tamil Nadu", "TN"), "600096", (12_967, 80_246)),
    city("Singapore", SG, ("South West", "05"), "609930", (1_328, 103_743)),
    city("Barueri", BR, ("São Paulo", "SP"), "06460", (-23_505, -46_849)),
    city("Frankfurt am Main", DE, ("Hesse", "HE"), "60314", (50_115, 8_715)),
    city("Roubaix", FR, ("Hauts-de-France", "HDF"), "59100", (50_692, 3_200)),
    city("Moscow", RU, ("Moscow", "MOW"), "109316", (55_727, 37_690)),
    city("Bucharest", ("RO", "Romania"), ("Bucharest", "B"), "020337", (44_478, 26_112)),
    city("Zürich", ("CH", "Switzerland"), ("Zürich", "ZH"), "8005", (47_388, 8_520)),
    city("Stockholm", ("SE", "Sweden"), ("Stockholm", "AB"), "164 40", (59_404, 17_951)),
];
