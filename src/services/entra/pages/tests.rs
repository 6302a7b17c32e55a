//! What holds for every page.

use super::*;

#[test]
fn a_page_renders() {
    let frame = Frame {
        title: "Sign in",
        tenant: "Contoso",
        action: "/common/login",
        flow_token: "token",
        simulated: MARK,
        notices: Vec::new(),
    };
    let html = SignIn { frame, username: "", error: None }.html();
    assert!(html.contains(MARK) && html.contains("name=\"login\""), "{html}");
}
