mod kit;
use mock_defender::model::spec::Size;
#[test]
fn look() {
    let kit = kit::Kit::new(1, Size::Small);
    let a = kit.api("GET", "/api/v1/alerts/?limit=3", "");
    println!("{} {}", a.status, kit::text(&a));
    let a = kit::json(&kit.api("POST", "/api/v1/alerts/", ""));
    for x in a["data"].as_array().unwrap() {
        println!(
            "{} {} sev{} st{} res{} {}",
            x["timestamp"],
            x["title"],
            x["severityValue"],
            x["statusValue"],
            x["resolutionStatusValue"],
            x["entities"][1]["pa"]
        );
    }
    println!("total {}", a["total"]);
    let a = kit.api(
        "POST",
        "/cas/api/v1/activities",
        r#"{"filters":{"location.country":{"eq":["RU"]}},"limit":2}"#,
    );
    println!("{} {}", a.status, kit::text(&a));
    let a = kit.mock("GET", &format!("/_mock/tenants/{}/truth", kit.tenant.stamp().id), "");
    println!("{} {}", a.status, kit::text(&a));
    let a = kit.mock("GET", "/_mock/info", "");
    println!("{} {}", a.status, kit::text(&a));
    let a = kit.mock("GET", "/_mock/requests", "");
    println!("{} {}", a.status, kit::text(&a));
}
