//! libjpeg-turbo, Pillow's own decoder, in the form that mozjpeg brings it: what is decoded is the same, bit for bit.
//!
//! An error in the C code ends in [`error_exit`], which unwinds, as that code is compiled for; nothing jumps over
//! frames of Rust. After an error the only thing that is done with the decoder is to free it.

use std::any::Any;
use std::marker::PhantomData;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::ptr::{self, NonNull};

use mozjpeg_sys::{
    J_COLOR_SPACE, boolean, jpeg_CreateDecompress, jpeg_common_struct, jpeg_crop_scanline,
    jpeg_decompress_struct, jpeg_destroy_decompress, jpeg_error_mgr, jpeg_has_multiple_scans, jpeg_mem_src,
    jpeg_progress_mgr, jpeg_read_header, jpeg_read_scanlines, jpeg_skip_scanlines, jpeg_start_decompress,
    jpeg_std_error,
};

use super::Unreadable;

/// The most scans of a file. Progressive ones have about ten; a small file of very many would take hours.
const MOST_SCANS: i32 = 500;
const TRUE: boolean = 1;

/// A file that is being decoded.
pub(super) struct Decompressor<'a> {
    state: NonNull<State>,
    bytes: PhantomData<&'a [u8]>,
}

/// What the C code holds pointers to; it stays where it is.
struct State {
    jpeg: jpeg_decompress_struct,
    errors: jpeg_error_mgr,
    progress: jpeg_progress_mgr,
}

/// The samples that are asked for.
#[derive(Clone, Copy)]
pub(super) enum Samples {
    Grey,
    Rgb,
    Cmyk,
}

/// What ended the C code, in its own words.
struct Failure(String);

impl<'a> Decompressor<'a> {
    /// Reads everything that precedes the compressed rows.
    pub fn open(bytes: &'a [u8]) -> Result<Decompressor<'a>, Unreadable> {
        // SAFETY: both structures are plain C, for which all bits zero is a value: numbers, null pointers, absent
        // functions, and enumerations that have a zero.
        let (jpeg, errors) = unsafe { (mem::zeroed(), mem::zeroed()) };
        let progress = jpeg_progress_mgr {
            progress_monitor: Some(limit_scans),
            pass_counter: 0,
            pass_limit: 0,
            completed_passes: 0,
            total_passes: 0,
        };
        let state = NonNull::from(Box::leak(Box::new(State { jpeg, errors, progress })));
        let mut decompressor = Decompressor { state, bytes: PhantomData };
        decompressor.guarded(|state| {
            // SAFETY: the pointers are to parts of the state, which lives as long as the decoder, and to the bytes,
            // which live at least as long. The structure's size is that for which the library was compiled.
            unsafe {
                (*state).jpeg.common.err = jpeg_std_error(&mut (*state).errors);
                (*state).errors.error_exit = Some(error_exit);
                (*state).errors.emit_message = Some(ignore);
                let jpeg = &raw mut (*state).jpeg;
                jpeg_CreateDecompress(jpeg, LIBRARY_VERSION, size_of::<jpeg_decompress_struct>());
                (*jpeg).common.progress = &raw mut (*state).progress;
                jpeg_mem_src(&mut *jpeg, bytes.as_ptr(), bytes.len() as _);
                jpeg_read_header(&mut *jpeg, TRUE);
            }
        })?;
        Ok(decompressor)
    }

    /// Width and height in pixels.
    pub fn size(&self) -> (u32, u32) {
        let jpeg = self.jpeg();
        (jpeg.image_width, jpeg.image_height)
    }

    /// How many colours a pixel has in the file.
    pub fn components(&self) -> u8 {
        self.jpeg().num_components as u8
    }

    /// Whether more than one scan holds the picture, for which all of its coefficients have to be held.
    pub fn has_many_scans(&self) -> bool {
        // SAFETY: the header is read.
        unsafe { jpeg_has_multiple_scans(self.jpeg()) == TRUE }
    }

    /// Begins decoding, at the row `top`. Of each row come at least the pixels from `left` to before `right`; returned
    /// are the first that comes and how many come.
    pub fn start(
        &mut self,
        samples: Samples,
        top: u32,
        (left, right): (u32, u32),
    ) -> Result<(u32, u32), Unreadable> {
        self.guarded(|state| {
            // SAFETY: the header is read, and the window lies in the picture.
            let jpeg = unsafe { &mut (*state).jpeg };
            jpeg.out_color_space = match samples {
                Samples::Grey => J_COLOR_SPACE::JCS_GRAYSCALE,
                Samples::Rgb => J_COLOR_SPACE::JCS_RGB,
                Samples::Cmyk => J_COLOR_SPACE::JCS_CMYK,
            };
            // SAFETY: as above.
            unsafe {
                jpeg_start_decompress(jpeg);
                let (mut first, mut width) = (left, right - left);
                if width < jpeg.output_width {
                    jpeg_crop_scanline(jpeg, &mut first, &mut width);
                }
                if top > 0 {
                    jpeg_skip_scanlines(jpeg, top);
                }
                (first, width)
            }
        })
    }

    /// Decodes the next row. `samples` has room for the pixels that [`Decompressor::start`] promised.
    pub fn row(&mut self, samples: &mut [u8]) -> Result<(), Unreadable> {
        let jpeg = self.jpeg();
        assert_eq!(samples.len(), jpeg.output_width as usize * jpeg.output_components as usize, "a row");
        let mut row = samples.as_mut_ptr();
        // SAFETY: decoding has begun, and the row is as long as the library will write.
        match self.guarded(|state| unsafe { jpeg_read_scanlines(&mut (*state).jpeg, &mut row, 1) })? {
            1 => Ok(()),
            _ => Err(Unreadable::Damaged("it has too few rows".to_owned())),
        }
    }

    fn jpeg(&self) -> &jpeg_decompress_struct {
        // SAFETY: the state lives as long as the decoder, and nothing else has a reference to it now.
        unsafe { &(*self.state.as_ptr()).jpeg }
    }

    /// Calls the library, and makes what [`error_exit`] says an error.
    fn guarded<T>(&mut self, call: impl FnOnce(*mut State) -> T) -> Result<T, Unreadable> {
        let state = self.state.as_ptr();
        catch_unwind(AssertUnwindSafe(|| call(state))).map_err(|cause: Box<dyn Any + Send>| {
            match cause.downcast::<Failure>() {
                Ok(failure) => Unreadable::Damaged(failure.0),
                Err(panic) => resume_unwind(panic),
            }
        })
    }
}

impl Drop for Decompressor<'_> {
    fn drop(&mut self) {
        // SAFETY: the state was leaked by `open` and is made a box again here alone. Freeing a decoder is allowed in
        // every state that it can be in, and does not fail.
        unsafe {
            let mut state = Box::from_raw(self.state.as_ptr());
            jpeg_destroy_decompress(&mut state.jpeg);
        }
    }
}

/// The most bytes of a message, `JMSG_LENGTH_MAX` in jpeglib.h.
const LONGEST_MESSAGE: usize = 200;
/// The function that writes a message into a buffer, as it is declared in Rust: with too small a buffer, and one that is
/// only read, so that the compiler may take it for unchanged after a call.
type DeclaredFormat = unsafe extern "C-unwind" fn(&mut jpeg_common_struct, &[u8; 80]);
/// The same function as it is in jpeglib.h.
type Format = unsafe extern "C-unwind" fn(&mut jpeg_common_struct, *mut u8);

/// Called where the library cannot go on. It must not return.
unsafe extern "C-unwind" fn error_exit(state: &mut jpeg_common_struct) {
    let mut text = [0_u8; LONGEST_MESSAGE];
    // SAFETY: the library set both. Its function is of the second type, and writes no more bytes than there are.
    unsafe {
        if let Some(format) = (*state.err).format_message {
            let format = mem::transmute::<DeclaredFormat, Format>(format);
            format(state, text.as_mut_ptr());
        }
    }
    let text: Vec<u8> = text.into_iter().take_while(|&byte| byte != 0).collect();
    // Not a panic: nothing is to be printed.
    resume_unwind(Box::new(Failure(String::from_utf8_lossy(&text).into_owned())));
}

/// Called with every warning. What is damaged within is decoded as far as it goes, as Pillow does.
unsafe extern "C-unwind" fn ignore(_: &mut jpeg_common_struct, _level: i32) {}

/// Called now and then while a file is decoded.
unsafe extern "C-unwind" fn limit_scans(state: &mut jpeg_common_struct) {
    // SAFETY: the state is the beginning of that of a decoder.
    let jpeg = unsafe { &*ptr::from_mut(state).cast::<jpeg_decompress_struct>() };
    if jpeg.input_scan_number > MOST_SCANS {
        resume_unwind(Box::new(Failure(format!("it has more than {MOST_SCANS} scans"))));
    }
}

/// The interface for which the library is compiled.
const LIBRARY_VERSION: i32 = mozjpeg_sys::JPEG_LIB_VERSION;
