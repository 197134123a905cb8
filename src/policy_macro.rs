//! `policy!`, a macro of this crate so that it knows it by any name.

#[doc = include_str!("links.md")]
#[doc = include_str!("../docs/attributes/policy.md")]
#[cfg_attr(doc, doc = include_str!("page.html"))]
#[macro_export]
macro_rules! policy {
    ($($stacks:tt)*) => {
        $crate::__policy! { $crate $($stacks)* }
    };
}
