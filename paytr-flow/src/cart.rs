//! What the browser may say about a purchase: products and quantities.

/// Products and quantities, one line per product, in the order the browser named them.
///
/// 1 to 100 lines; 1 to 999 of each product after repeated lines are added up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cart {
    lines: Vec<CartLine>,
}

/// One product of a [`Cart`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CartLine {
    product_id: String,
    quantity: u32,
}

impl Cart {
    /// Most distinct products.
    pub const MAX_LINES: usize = 100;
    /// Most of one product.
    pub const MAX_QUANTITY: u32 = 999;
    /// Longest product id, in characters.
    pub const MAX_PRODUCT_ID: usize = 64;

    /// Adds up the lines and checks them.
    ///
    /// # Errors
    ///
    /// [`CartError`].
    pub fn new(
        lines: impl IntoIterator<Item = (impl Into<String>, u32)>,
    ) -> Result<Self, CartError> {
        let mut cart = Self { lines: Vec::new() };
        for (product_id, quantity) in lines {
            cart.add(product_id.into(), quantity)?;
        }
        if cart.lines.is_empty() {
            return Err(CartError::Empty);
        }
        Ok(cart)
    }

    fn add(&mut self, product_id: String, quantity: u32) -> Result<(), CartError> {
        let characters = product_id.chars().count();
        let is_plain = !product_id.chars().any(char::is_control);
        if !(1..=Self::MAX_PRODUCT_ID).contains(&characters) || !is_plain {
            return Err(CartError::ProductId);
        }
        let is_full = self.lines.len() == Self::MAX_LINES;
        let known = self
            .lines
            .iter_mut()
            .find(|line| line.product_id == product_id);
        let so_far = known.as_ref().map_or(0, |line| line.quantity);
        let total = so_far
            .checked_add(quantity)
            .filter(|total| quantity > 0 && *total <= Self::MAX_QUANTITY)
            .ok_or(CartError::Quantity)?;
        match known {
            Some(line) => line.quantity = total,
            None if is_full => return Err(CartError::TooManyLines),
            None => self.lines.push(CartLine {
                product_id,
                quantity,
            }),
        }
        Ok(())
    }

    /// The lines.
    #[must_use]
    pub fn lines(&self) -> &[CartLine] {
        &self.lines
    }
}

impl CartLine {
    /// The shop's id of the product: 1 to 64 characters, as the browser sent it.
    #[must_use]
    pub fn product_id(&self) -> &str {
        &self.product_id
    }

    /// How many: 1 to 999.
    #[must_use]
    pub fn quantity(&self) -> u32 {
        self.quantity
    }
}

/// Why lines are not a [`Cart`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CartError {
    /// No line.
    #[error("basket: at least one line")]
    Empty,
    /// Too many distinct products.
    #[error("basket: at most 100 products")]
    TooManyLines,
    /// A product id that is empty, too long, or has control characters.
    #[error("product_id: 1 to 64 characters")]
    ProductId,
    /// A quantity that is zero or too large.
    #[error("quantity: a whole number from 1 to 999 per product")]
    Quantity,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_one_product_are_added_up() {
        let cart = Cart::new([("a", 1), ("b", 2), ("a", 3)]).unwrap();
        let lines: Vec<_> = cart
            .lines()
            .iter()
            .map(|line| (line.product_id(), line.quantity()))
            .collect();
        assert_eq!(lines, [("a", 4), ("b", 2)]);
    }

    #[test]
    fn quantities_hold_after_adding_up() {
        assert!(Cart::new([("a", 999)]).is_ok());
        for wrong in [
            vec![("a", 0)],
            vec![("a", 1_000)],
            vec![("a", 999), ("a", 1)],
            vec![("a", 1), ("a", u32::MAX)],
            vec![("a", 1), ("a", 0)],
        ] {
            assert_eq!(
                Cart::new(wrong.clone()),
                Err(CartError::Quantity),
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn a_cart_has_one_to_a_hundred_products() {
        assert_eq!(Cart::new(Vec::<(&str, u32)>::new()), Err(CartError::Empty));
        assert!(Cart::new((0..100).map(|n| (n.to_string(), 1))).is_ok());
        assert_eq!(
            Cart::new((0..101).map(|n| (n.to_string(), 1))),
            Err(CartError::TooManyLines)
        );
        // The hundred-and-first line may repeat a product.
        assert!(Cart::new((0..101).map(|n| ((n % 100).to_string(), 1))).is_ok());
    }

    #[test]
    fn a_product_id_has_one_to_sixty_four_characters() {
        assert!(Cart::new([("ş".repeat(64), 1)]).is_ok());
        for wrong in ["", &"a".repeat(65), "a\0", "a\nb"] {
            assert_eq!(
                Cart::new([(wrong, 1)]),
                Err(CartError::ProductId),
                "{wrong:?}"
            );
        }
    }
}
