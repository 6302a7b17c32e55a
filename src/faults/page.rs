//! A page of HTML as reverse proxies and gateways send them in place of an answer.

/// The page: its title in a heading, and nothing else. Plain, as those of common servers are (unverified for any one).
pub fn page(title: &str) -> String {
    let title = escaped(title);
    format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n<hr>\r\n</body>\r\n</html>\r\n"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_text_and_no_markup() {
        assert!(page("a < b & c").contains("<h1>a &lt; b &amp; c</h1>"));
    }
}
