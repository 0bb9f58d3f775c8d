using System.Net;
using System.Net.Sockets;
using System.Text;
using Shouldly;
using Wya.Testing.Http;
using Xunit;

namespace Wya.Prove.Tests;

/// <summary>What the load client makes of answers, however they are cut on their way.</summary>
public sealed class LeanConnectionTests
{
    private const string Plain = "HTTP/1.1 201 Created\r\nContent-Length: 5\r\nWya-Degraded: identity\r\n\r\nhello";
    private const string Chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\nA\r\nlo, world!\r\n0\r\n\r\n";
    private const string Empty = "HTTP/1.1 204 No Content\r\n\r\n";

    private const string Stream =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "1B\r\nid: 7\nevent: hello\ndata: {}\r\n2\r\n\n\n\r\n10\r\n: nothing\ndata: \r\n5\r\na\ndat\r\n6\r\na: b\n\n\r\n0\r\n\r\n";

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(10_000)]
    public async Task Answers_are_read_one_after_the_other_however_they_are_cut(int piece)
    {
        await using var server = new Script(Plain + Chunked + Empty + Plain, piece);
        using LeanConnection connection = await LeanConnection.Open(server.Address, TestContext.Current.CancellationToken);
        byte[] request = LeanRequest.Prepare("GET", "/");

        (await connection.Send(request)).ShouldSatisfyAllConditions(
            answer => answer.Status.ShouldBe(201), answer => answer.Text.ShouldBe("hello"), answer => answer.Header("wya-degraded").ShouldBe("identity"));
        (await connection.Send(request)).Text.ShouldBe("hello, world!");
        (await connection.Send(request)).ShouldSatisfyAllConditions(answer => answer.Status.ShouldBe(204), answer => answer.Text.ShouldBe(""));
        (await connection.Send(request)).Text.ShouldBe("hello");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10_000)]
    public async Task A_stream_of_events_is_read_however_it_is_cut(int piece)
    {
        await using var server = new Script(Stream, piece);
        using EventStream stream = await EventStream.Open(server.Address, "/live", "token", "6", TestContext.Current.CancellationToken);

        (await stream.Next()).ShouldBe(new StreamedEvent("7", "hello", "{}"));
        (await stream.Next()).ShouldBe(new StreamedEvent(null, "message", "a\nb"));
        (await stream.Next()).ShouldBeNull();
    }

    [Fact]
    public async Task A_refused_stream_says_what_was_answered()
    {
        await using var server = new Script("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno", 10_000);

        (await Should.ThrowAsync<RefusedException>(EventStream.Open(server.Address, "/live", "token"))).Status.ShouldBe(401);
    }

    [Fact]
    public async Task An_answer_that_is_cut_short_is_none()
    {
        await using var server = new Script(Plain[..^1], 10_000);
        using LeanConnection connection = await LeanConnection.Open(server.Address, TestContext.Current.CancellationToken);

        await Should.ThrowAsync<IOException>(async () => await connection.Send(LeanRequest.Prepare("GET", "/")));
    }

    [Fact]
    public void An_id_takes_its_place_in_a_prepared_request()
    {
        var id = Guid.NewGuid();
        var request = new RequestWithId(LeanRequest.Prepare("PUT", $"/things/{RequestWithId.Place}", new { user_name = "a" }, "token"));

        Encoding.UTF8.GetString(request.With(id).Span).ShouldBe(
            $"PUT /things/{id} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer token\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n{{\"user_name\":\"a\"}}");
    }

    [Fact]
    public async Task It_goes_nowhere_but_to_loopback() =>
        await Should.ThrowAsync<ArgumentException>(LeanConnection.Open(new Uri("http://192.0.2.1:80"), TestContext.Current.CancellationToken));

    /// <summary>A server that says what it was told to say, in pieces, to one connection.</summary>
    private sealed class Script : IAsyncDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly Task saying;

        public Script(string text, int piece)
        {
            listener.Start();
            saying = Say(Encoding.ASCII.GetBytes(text), piece);
        }

        public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

        public async ValueTask DisposeAsync()
        {
            await saying;
            listener.Dispose();
        }

        private async Task Say(byte[] text, int piece)
        {
            using Socket socket = await listener.AcceptSocketAsync();
            socket.NoDelay = true;
            foreach (byte[] some in text.Chunk(piece))
            {
                await socket.SendAsync(some);
            }

            socket.Shutdown(SocketShutdown.Send);
            while (await socket.ReceiveAsync(new byte[1024]) > 0)
            {
                // What was asked does not matter.
            }
        }
    }
}
