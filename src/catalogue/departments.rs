//! Departments: their share of the company, job titles, and what their files are called.

/// A department.
pub(crate) struct Department {
    pub(crate) name: &'static str,
    /// Host-safe short name, for sites.
    pub(crate) label: &'static str,
    /// Members per thousand.
    pub(crate) per_mille: u32,
    /// Fewest members, in companies of any size.
    pub(crate) at_least: u32,
    /// Title of its head.
    pub(crate) head: &'static str,
    /// Title of a team lead.
    pub(crate) lead: &'static str,
    /// Titles of everybody else.
    pub(crate) titles: &'static [&'static str],
    /// Folder, stem and extension of its files.
    pub(crate) topics: &'static [(&'static str, &'static str, &'static str)],
}

/// Index of Executive.
pub(crate) const EXECUTIVE: u8 = 0;
/// Index of Engineering.
pub(crate) const ENGINEERING: u8 = 1;
/// Index of Sales.
pub(crate) const SALES: u8 = 2;
/// Index of Customer Support.
pub(crate) const SUPPORT: u8 = 3;
/// Index of Operations.
pub(crate) const OPERATIONS: u8 = 4;
/// Index of IT.
pub(crate) const IT: u8 = 5;
/// Index of Finance.
pub(crate) const FINANCE: u8 = 7;
/// Index of Human Resources.
pub(crate) const HUMAN_RESOURCES: u8 = 8;
/// Index of Legal.
pub(crate) const LEGAL: u8 = 9;

/// Topics that every department has.
pub(crate) const COMMON_TOPICS: &[(&str, &str, &str)] = &[
    ("Meetings", "Team meeting notes", "docx"),
    ("Meetings", "Steering committee", "pptx"),
    ("Planning", "Roadmap", "pptx"),
    ("Planning", "Capacity plan", "xlsx"),
    ("Planning", "Budget", "xlsx"),
    ("General", "Onboarding checklist", "docx"),
    ("General", "Travel guidelines", "pdf"),
    ("General", "Contact list", "xlsx"),
    ("Reports", "Status report", "docx"),
    ("Reports", "Monthly review", "pptx"),
    ("Archive", "Notes", "one"),
    ("Archive", "Scan", "pdf"),
];

/// The departments.
pub(crate) const DEPARTMENTS: &[Department] = &[
    Department {
        name: "Executive",
        label: "Executive",
        per_mille: 0,
        at_least: 1,
        head: "Chief Executive Officer",
        lead: "Chief of Staff",
        titles: &["Vice President", "Executive Assistant", "Chief of Staff"],
        topics: &[
            ("Board", "Board minutes", "docx"),
            ("Board", "Board deck", "pptx"),
            ("Board", "Shareholder letter", "docx"),
            ("Strategy", "Strategy paper", "docx"),
            ("Strategy", "Acquisition targets", "xlsx"),
            ("Strategy", "Market outlook", "pptx"),
            ("Strategy", "Reorganisation proposal", "pptx"),
            ("Communications", "All-hands talking points", "docx"),
            ("Communications", "Press statement", "docx"),
            ("Compensation", "Executive compensation", "xlsx"),
            ("Board", "Resolutions", "pdf"),
            ("Strategy", "Objectives and key results", "xlsx"),
        ],
    },
    Department {
        name: "Engineering",
        label: "Engineering",
        per_mille: 280,
        at_least: 1,
        head: "Chief Technology Officer",
        lead: "Engineering Manager",
        titles: &[
            "Software Engineer",
            "Senior Software Engineer",
            "Test Engineer",
            "Data Engineer",
            "Product Designer",
            "Principal Engineer",
        ],
        topics: &[
            ("Design", "Architecture overview", "docx"),
            ("Design", "API specification", "docx"),
            ("Design", "Threat model", "docx"),
            ("Design", "Interface mock-ups", "pdf"),
            ("Releases", "Release notes", "docx"),
            ("Releases", "Test plan", "xlsx"),
            ("Releases", "Defect list", "xlsx"),
            ("Operations", "Incident review", "docx"),
            ("Operations", "Load test results", "xlsx"),
            ("Research", "Prototype evaluation", "docx"),
            ("Research", "Benchmark data", "csv"),
            ("Sources", "Build artefacts", "zip"),
        ],
    },
    Department {
        name: "Sales",
        label: "Sales",
        per_mille: 180,
        at_least: 1,
        head: "Chief Revenue Officer",
        lead: "Sales Manager",
        titles: &["Account Executive", "Senior Account Executive", "Sales Engineer", "Sales Representative"],
        topics: &[
            ("Forecast", "Sales forecast", "xlsx"),
            ("Forecast", "Pipeline review", "pptx"),
            ("Forecast", "Quota attainment", "xlsx"),
            ("Proposals", "Proposal Fabrikam", "docx"),
            ("Proposals", "Proposal Woodgrove Bank", "docx"),
            ("Proposals", "Proposal Tailspin Toys", "docx"),
            ("Pricing", "Price list", "xlsx"),
            ("Pricing", "Discount approvals", "xlsx"),
            ("Contracts", "Master services agreement", "pdf"),
            ("Contracts", "Order form", "pdf"),
            ("Customers", "Customer list", "xlsx"),
            ("Customers", "Account plan", "pptx"),
        ],
    },
    Department {
        name: "Customer Support",
        label: "CustomerSupport",
        per_mille: 110,
        at_least: 1,
        head: "Vice President Customer Support",
        lead: "Support Manager",
        titles: &["Support Engineer", "Support Specialist", "Customer Success Manager"],
        topics: &[
            ("Knowledge base", "Troubleshooting guide", "docx"),
            ("Knowledge base", "Known issues", "xlsx"),
            ("Knowledge base", "Reply templates", "docx"),
            ("Escalations", "Escalation log", "xlsx"),
            ("Escalations", "Root cause summary", "docx"),
            ("Quality", "Satisfaction survey", "xlsx"),
            ("Quality", "Ticket statistics", "xlsx"),
            ("Quality", "Call review", "docx"),
            ("Shifts", "Shift plan", "xlsx"),
            ("Shifts", "On-call rota", "xlsx"),
            ("Training", "Product training", "pptx"),
            ("Customers", "Service credits", "xlsx"),
        ],
    },
    Department {
        name: "Operations",
        label: "Operations",
        per_mille: 110,
        at_least: 1,
        head: "Chief Operating Officer",
        lead: "Operations Manager",
        titles: &[
            "Operations Analyst",
            "Logistics Coordinator",
            "Facilities Manager",
            "Procurement Specialist",
        ],
        topics: &[
            ("Suppliers", "Supplier scorecard", "xlsx"),
            ("Suppliers", "Purchase order", "pdf"),
            ("Suppliers", "Supplier contract", "pdf"),
            ("Logistics", "Delivery schedule", "xlsx"),
            ("Logistics", "Inventory count", "xlsx"),
            ("Logistics", "Customs declaration", "pdf"),
            ("Facilities", "Floor plan", "pdf"),
            ("Facilities", "Lease summary", "docx"),
            ("Facilities", "Safety inspection", "docx"),
            ("Processes", "Process handbook", "docx"),
            ("Processes", "Continuity plan", "docx"),
            ("Processes", "Cost breakdown", "xlsx"),
        ],
    },
    Department {
        name: "IT",
        label: "IT",
        per_mille: 80,
        at_least: 3,
        head: "Chief Information Officer",
        lead: "IT Manager",
        titles: &["IT Support Specialist", "Network Engineer", "Service Desk Analyst", "Endpoint Engineer"],
        topics: &[
            ("Runbooks", "Backup runbook", "docx"),
            ("Runbooks", "Disaster recovery plan", "docx"),
            ("Runbooks", "Patch schedule", "xlsx"),
            ("Inventory", "Asset inventory", "xlsx"),
            ("Inventory", "Licence overview", "xlsx"),
            ("Inventory", "Network diagram", "vsdx"),
            ("Security", "Access review", "xlsx"),
            ("Security", "Firewall change request", "docx"),
            ("Security", "Incident response plan", "docx"),
            ("Projects", "Migration plan", "xlsx"),
            ("Projects", "Vendor comparison", "xlsx"),
            ("Projects", "Pilot feedback", "docx"),
        ],
    },
    Department {
        name: "Marketing",
        label: "Marketing",
        per_mille: 80,
        at_least: 0,
        head: "Chief Marketing Officer",
        lead: "Marketing Manager",
        titles: &["Marketing Specialist", "Content Strategist", "Event Manager", "Brand Designer"],
        topics: &[
            ("Campaigns", "Campaign brief", "docx"),
            ("Campaigns", "Campaign results", "xlsx"),
            ("Campaigns", "Mailing list", "csv"),
            ("Brand", "Brand guidelines", "pdf"),
            ("Brand", "Logo package", "zip"),
            ("Brand", "Image library index", "xlsx"),
            ("Events", "Event plan", "xlsx"),
            ("Events", "Keynote", "pptx"),
            ("Events", "Booth layout", "pdf"),
            ("Content", "Blog draft", "docx"),
            ("Content", "Customer story", "docx"),
            ("Content", "Launch video script", "docx"),
        ],
    },
    Department {
        name: "Finance",
        label: "Finance",
        per_mille: 70,
        at_least: 0,
        head: "Chief Financial Officer",
        lead: "Finance Manager",
        titles: &["Accountant", "Financial Analyst", "Payroll Specialist", "Controller"],
        topics: &[
            ("Closing", "Balance sheet", "xlsx"),
            ("Closing", "Profit and loss", "xlsx"),
            ("Closing", "Cash flow", "xlsx"),
            ("Payroll", "Payroll run", "xlsx"),
            ("Payroll", "Bonus calculation", "xlsx"),
            ("Payables", "Invoice register", "xlsx"),
            ("Payables", "Payment approvals", "xlsx"),
            ("Payables", "Bank details", "xlsx"),
            ("Audit", "Audit findings", "docx"),
            ("Audit", "Tax filing", "pdf"),
            ("Forecast", "Budget forecast", "xlsx"),
            ("Forecast", "Investment case", "pptx"),
        ],
    },
    Department {
        name: "Human Resources",
        label: "HumanResources",
        per_mille: 50,
        at_least: 0,
        head: "Chief People Officer",
        lead: "HR Manager",
        titles: &["HR Business Partner", "Recruiter", "Training Coordinator"],
        topics: &[
            ("Recruiting", "Candidate shortlist", "xlsx"),
            ("Recruiting", "Interview notes", "docx"),
            ("Recruiting", "Offer letter", "docx"),
            ("Policies", "Employee handbook", "pdf"),
            ("Policies", "Leave policy", "docx"),
            ("Policies", "Code of conduct", "pdf"),
            ("Compensation", "Salary bands", "xlsx"),
            ("Compensation", "Benefits overview", "pptx"),
            ("Training", "Training catalogue", "xlsx"),
            ("Training", "Workshop material", "pptx"),
            ("People", "Organisation chart", "vsdx"),
            ("People", "Headcount", "xlsx"),
        ],
    },
    Department {
        name: "Legal",
        label: "Legal",
        per_mille: 30,
        at_least: 1,
        head: "General Counsel",
        lead: "Senior Counsel",
        titles: &["Legal Counsel", "Compliance Analyst", "Contract Manager"],
        topics: &[
            ("Contracts", "Non-disclosure agreement", "docx"),
            ("Contracts", "Framework agreement", "docx"),
            ("Contracts", "Contract register", "xlsx"),
            ("Litigation", "Case summary", "docx"),
            ("Litigation", "Evidence list", "xlsx"),
            ("Litigation", "Settlement draft", "docx"),
            ("Privacy", "Data processing agreement", "docx"),
            ("Privacy", "Record of processing", "xlsx"),
            ("Privacy", "Impact assessment", "docx"),
            ("Compliance", "Sanctions screening", "xlsx"),
            ("Compliance", "Policy attestation", "pdf"),
            ("Compliance", "Audit response", "docx"),
        ],
    },
];

/// What tells files of one topic apart.
pub(crate) const QUALIFIERS: &[&str] = &[
    "",
    " Q1",
    " Q2",
    " Q3",
    " Q4",
    " draft",
    " final",
    " v2",
    " v3",
    " January",
    " February",
    " March",
    " April",
    " May",
    " June",
    " September",
    " October",
    " November",
    " review",
    " (signed)",
];
