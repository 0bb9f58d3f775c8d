using System.Diagnostics;
using Wya.Domain.Messaging.Events;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>Measures, and asserts nothing: run with <c>-explicit only</c> on a quiet machine.</summary>
public sealed class LiveLatencyTests(ITestOutputHelper output)
{
    [Fact(Explicit = true)]
    public async Task From_the_acknowledged_send_to_the_frame()
    {
        await using ApiHost api = await LiveHouse.Start();
        Person[] people = await api.Friends(2);
        Guid talk = await api.Conversation(ConversationKind.Direct, people);
        await using LiveClient live = await LiveClient.Connect(api, people[0].TokenOf());
        List<double> fromSend = [], fromAnswer = [];
        for (int i = 0; i < 220; i++)
        {
            var id = Guid.NewGuid();
            int before = live.Events.Count;
            long start = Stopwatch.GetTimestamp();
            Task<Answer> sending = people[1].Client.Send("PUT", $"/conversations/{talk}/messages/{id}", new { text = "Come in!" });
            Task<long> hearing = Task.Run(() =>
            {
                SpinWait.SpinUntil(() => live.Events.Count > before, TimeSpan.FromSeconds(10));
                return Stopwatch.GetTimestamp();
            });
            await sending;
            long answered = Stopwatch.GetTimestamp(), heard = await hearing;
            if (i >= 20)
            {
                fromSend.Add(Stopwatch.GetElapsedTime(start, heard).TotalMilliseconds);
                fromAnswer.Add(Stopwatch.GetElapsedTime(answered, heard).TotalMilliseconds);
            }
        }

        output.WriteLine($"median of {fromSend.Count}: {Middle(fromSend):0.00} ms from sending, {Middle(fromAnswer):0.00} ms from the answer; "
            + $"95 %: {fromSend.Order().ElementAt(190):0.00} ms, {fromAnswer.Order().ElementAt(190):0.00} ms");

        static double Middle(List<double> values) => values.Order().ElementAt(values.Count / 2);
    }
}
