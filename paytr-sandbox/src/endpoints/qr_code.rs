use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use qrcode::{Color, QrCode};

/// Pixels of one module, and modules of white around the code.
const SCALE: usize = 8;
const MARGIN: usize = 4;

/// A PNG of the QR code of a text, as base64. `None` for a text that no code can hold.
pub(super) fn png_base64(text: &str) -> Option<String> {
    let code = QrCode::new(text).ok()?;
    let width = code.width();
    let side = (width + 2 * MARGIN) * SCALE;
    let modules = code.to_colors();
    let pixel = |row: usize, column: usize| {
        let module = |at: usize| (at / SCALE).checked_sub(MARGIN).filter(|at| *at < width);
        let dark = module(row)
            .zip(module(column))
            .and_then(|(row, column)| modules.get(row * width + column))
            .is_some_and(|color| *color == Color::Dark);
        if dark { 0x00 } else { 0xFF }
    };
    let pixels: Vec<u8> = (0..side)
        .flat_map(|row| (0..side).map(move |column| (row, column)))
        .map(|(row, column)| pixel(row, column))
        .collect();
    let mut image = Vec::new();
    let length = u32::try_from(side).ok()?;
    let mut encoder = png::Encoder::new(&mut image, length, length);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&pixels).ok()?;
    writer.finish().ok()?;
    Some(STANDARD.encode(image))
}
