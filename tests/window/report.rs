//! The report as a page, in a browser engine: it loads nothing, runs nothing, and is read in light and dark.

use crate::page::Page;
use crate::screen::Screen;
use actions::REPERTOIRE;
use actions::report::OfPack;
use serde_json::Value;
use std::path::Path;
use transcript::Level;

/// What the engine made of it.
const LOOK: &str = r"
const rgb = (text) => text.match(/[\d.]+/g).slice(0, 3).map(Number);
const light = ([r, g, b]) => {
  const part = (c) => { c /= 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
};
const style = (e) => getComputedStyle(e);
const paper = light(rgb(style(document.body).backgroundColor));
const dim = [];
for (const e of document.querySelectorAll('h1, h2, h3, p, dt, dd, td, th, li, pre, strong')) {
  const own = rgb(style(e).color);
  const under = e.tagName === 'PRE' ? light(rgb(style(e).backgroundColor)) : paper;
  const [a, b] = [light(own), under].sort((x, y) => y - x);
  if ((a + 0.05) / (b + 0.05) < 4.5) dim.push(e.tagName + ' ' + style(e).color);
}
return {
  title: document.title,
  language: document.documentElement.lang,
  loads: document.querySelectorAll('script, img, link, iframe, object, embed, form, a').length,
  fetched: performance.getEntriesByType('resource').length,
  headings: [...document.querySelectorAll('h1, h2, h3')].map((h) => Number(h.tagName[1])),
  tables: [...document.querySelectorAll('table')].map((t) => t.querySelectorAll('thead th[scope=col]').length),
  wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  paper, dim: [...new Set(dim)],
  words: document.body.innerText.length,
};";

#[test]
fn the_report_is_a_page_that_stands_alone() {
    let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/packs/byok-aws");
    let html = OfPack::read(&pack, Level::Internal, &REPERTOIRE).unwrap().report(None).html();
    let screen = Screen::new();
    let file = screen.home.path().join("report.html");
    std::fs::write(&file, html).unwrap();
    crate::played(async {
        for (dark, picture) in [(false, "report-light"), (true, "report-dark")] {
            let page = Page::of_a_file(&screen, dark, &file).await;
            let seen: Value = page.client.execute(LOOK, Vec::new()).await.unwrap();
            assert_eq!(seen["title"], "Report: Bring a master key to AWS KMS");
            assert_eq!(
                (&seen["language"], &seen["loads"], &seen["fetched"]),
                (&"en".into(), &0.into(), &0.into())
            );
            let headings: Vec<u64> =
                seen["headings"].as_array().unwrap().iter().map(|h| h.as_u64().unwrap()).collect();
            assert_eq!((headings[0], headings.iter().filter(|h| **h == 1).count()), (1, 1));
            assert!(headings.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{headings:?}");
            assert!(seen["tables"].as_array().unwrap().iter().all(|heads| heads.as_u64().unwrap() > 1));
            assert!(seen["wide"].as_i64().unwrap() <= 0, "{seen}");
            assert_eq!(seen["dim"], serde_json::json!([]), "too little contrast");
            assert_eq!(seen["paper"].as_f64().unwrap() < 0.1, dark, "{seen}");
            assert!(seen["words"].as_u64().unwrap() > 10_000);
            assert_eq!(page.inaccessible().await, Vec::<String>::new());
            page.picture(picture).await;
            let spoil = "document.documentElement.removeAttribute('lang'); return null";
            page.client.execute(spoil, Vec::new()).await.unwrap();
            let found = page.inaccessible().await;
            assert!(found.len() == 1 && found[0].starts_with("html-has-lang"), "{found:?}");
            page.close().await;
        }
    });
}

#[test]
fn papers_for_the_day_are_written_from_the_review() {
    let screen = Screen::new();
    let medium = screen.home.path().join("medium");
    std::fs::create_dir(&medium).unwrap();
    crate::played(async {
        let page = Page::open_with(&screen, false, &["--media", medium.to_str().unwrap()]).await;
        page.click("rehearse-byok-aws").await;
        page.until("review", |s| s.place == "review").await;
        // A folder that is not there: said so, and nothing is written.
        page.type_into("papers-folder", medium.join("nowhere").to_str().unwrap()).await;
        page.click("papers").await;
        let seen = page.until("a refusal", |s| s.problem.is_some()).await;
        assert!(seen.words.is_some_and(|words| words.contains("nowhere")));
        page.set("papers-folder", medium.to_str().unwrap()).await;
        page.click("papers").await;
        page.until_there("[data-testid=papers-written]").await;
        assert!(page.text("papers-written").await.contains("7 files were written"));
        page.fits("the papers of a review").await;
        let scroll = "document.querySelector('[data-testid=papers]').scrollIntoView(); return null";
        page.client.execute(scroll, Vec::new()).await.unwrap();
        page.picture("papers-of-a-review-light").await;
        let written = medium.join("rehearsal-papers-byok-aws");
        for name in ["booklet.pdf", "forms.pdf", "share-1-of-5.pdf", "share-5-of-5.pdf"] {
            assert!(std::fs::read(written.join(name)).unwrap().starts_with(b"%PDF"), "{name}");
        }
        page.close().await;

        let page = Page::open(&screen, true).await;
        page.click("rehearse-byok-aws").await;
        page.until("review", |s| s.place == "review").await;
        page.fits("the papers of a review in the dark").await;
        page.client.execute(scroll, Vec::new()).await.unwrap();
        page.picture("papers-of-a-review-dark").await;
        page.close().await;
    });
}
