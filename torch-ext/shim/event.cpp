// Events of a CUDA stream that carry a time, through libtorch's device-independent interface.

#include "shim.h"

#include <c10/core/Event.h>
#include <c10/core/impl/VirtualGuardImpl.h>

using c10::impl::VirtualGuardImpl;
using torch_ext::guarded;

struct TeEvent {
  c10::Device device;
  c10::Event event;

  // The default event of the backend keeps a time; libtorch's own default does not.
  explicit TeEvent(c10::Device device)
      : device(device), event(device.type(), c10::EventFlag::BACKEND_DEFAULT) {}
};

char* te_event_new(int64_t device, TeEvent** event) {
  return guarded([&] { *event = new TeEvent(torch_ext::cuda_device(device)); });
}

char* te_event_record(TeEvent* event) {
  return guarded([&] {
    event->event.record(VirtualGuardImpl(event->device.type()).getStream(event->device));
  });
}

char* te_event_synchronize(TeEvent* event) {
  return guarded([&] { event->event.synchronize(); });
}

char* te_event_elapsed(TeEvent* earlier, TeEvent* later, double* milliseconds) {
  return guarded([&] {
    earlier->event.synchronize();
    later->event.synchronize();
    *milliseconds = earlier->event.elapsedTime(later->event);
  });
}

void te_event_delete(TeEvent* event) { delete event; }
