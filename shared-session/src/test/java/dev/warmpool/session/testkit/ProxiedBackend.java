package dev.warmpool.session.testkit;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * A connection of {@link FakeRdsProxy} to the server, which must trust it.
 *
 * @param greeting what the server sent until it was ready, for clients that connect later
 */
record ProxiedBackend(
    Socket socket, DataInputStream in, DataOutputStream out, List<ProtocolMessage> greeting) {

  static ProxiedBackend open(Socket socket, byte[] startup) throws IOException {
    ProxiedBackend backend =
        new ProxiedBackend(
            socket,
            new DataInputStream(new BufferedInputStream(socket.getInputStream())),
            new DataOutputStream(new BufferedOutputStream(socket.getOutputStream())),
            new ArrayList<>());
    ProtocolMessage.writeStartup(backend.out, startup);
    ProtocolMessage message;
    do {
      message = ProtocolMessage.read(backend.in);
      backend.greeting.add(message);
    } while (!message.isReadyForQuery());
    return backend;
  }
}
