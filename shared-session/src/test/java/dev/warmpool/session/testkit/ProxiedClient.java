package dev.warmpool.session.testkit;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A client of {@link FakeRdsProxy}. Confined to its thread. */
final class ProxiedClient {

  private static final int CANCEL_REQUEST = 80_877_102;

  private final FakeRdsProxy proxy;
  private final Socket socket;
  private byte[] startup = new byte[0];
  private @Nullable ProxiedBackend backend;
  private boolean inTransaction;
  private boolean pinned;

  ProxiedClient(FakeRdsProxy proxy, Socket socket) {
    this.proxy = proxy;
    this.socket = socket;
  }

  void serve() {
    try (socket;
        DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        DataOutputStream out =
            new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()))) {
      startup = ProtocolMessage.readStartup(in);
      if (ByteBuffer.wrap(startup).getInt() != CANCEL_REQUEST) { // RDS Proxy ignores it
        greet(out);
        relay(in, out);
      }
    } catch (IOException e) {
      // the client has left
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      leave();
    }
  }

  private void greet(DataOutputStream out) throws IOException, InterruptedException {
    ProxiedBackend first = acquired();
    for (ProtocolMessage message : first.greeting()) {
      message.write(out);
    }
    out.flush();
    letGo();
  }

  private void relay(DataInputStream in, DataOutputStream out)
      throws IOException, InterruptedException {
    while (true) {
      ProtocolMessage message = ProtocolMessage.read(in);
      if (message.kind() == 'X') {
        return;
      }
      ProxiedBackend server = acquired();
      message.write(server.out());
      if (!pinned && FakeRdsProxy.pins(message.text())) {
        pinned = true;
        proxy.pinned();
      }
      if (message.isAnswered()) {
        server.out().flush();
        inTransaction = true;
        answer(server, out);
      }
    }
  }

  private void answer(ProxiedBackend server, DataOutputStream out) throws IOException {
    ProtocolMessage message;
    do {
      message = ProtocolMessage.read(server.in());
      message.write(out);
    } while (!message.isReadyForQuery() && !message.isCopyIn());
    inTransaction = message.isCopyIn() || message.isInTransaction();
    if (!inTransaction && !pinned) {
      letGo();
    }
    out.flush();
  }

  private ProxiedBackend acquired() throws IOException, InterruptedException {
    ProxiedBackend held = backend;
    if (held == null) {
      held = proxy.acquire(startup);
      backend = held;
    }
    return held;
  }

  private void letGo() {
    ProxiedBackend held = backend;
    if (held != null) {
      backend = null;
      proxy.release(held);
    }
  }

  /** Without cleaning, unless a transaction is open. */
  private void leave() {
    ProxiedBackend held = backend;
    if (held != null && inTransaction) {
      backend = null;
      proxy.lost();
      try {
        held.socket().close();
      } catch (IOException e) {
        // it was closed before
      }
    }
    letGo();
  }
}
