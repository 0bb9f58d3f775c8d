using Shouldly;
using Xunit;

namespace Wya.Api.Tests;

public sealed class ContactAddressTests(SharedApi shared)
{
    [Fact]
    [Trait("seed", "E2")]
    public async Task Only_its_owner_is_told_a_contact_address_and_a_birth_date()
    {
        ApiHost api = await shared.Host();
        Person mara = await api.NewPerson();
        string address = $"canary-{Guid.NewGuid():n}@example.org";
        (await mara.Client.Send("PUT", "/me/contact-address", new { contact_address = address }, Requests.NewKey())).Status.ShouldBe(204);

        Answer me = await mara.Client.Send("GET", "/me");
        me.String("contact_address").ShouldBe(address);
        me.String("birth_date").ShouldBe(Requests.BirthDate(30));

        HttpClient someone = await api.Operator();
        foreach (string place in new[] { $"/users/{mara.Id}", $"/users/{mara.Id}/history", $"/users/by-handle/{mara.Handle}", $"/users/{mara.Id}/permissions" })
        {
            Answer seen = await someone.Send("GET", place, position: me.Position);
            seen.Status.ShouldBe(200, place);
            seen.Text.ShouldNotContain(address);
            seen.Text.ShouldNotContain("birth_date");
        }

        (await DatabaseText.Of(api.Database)).ShouldNotContain(address);
        api.Log.Text.ShouldNotContain(address);
    }

    [Fact]
    public async Task It_is_changed_and_removed_and_a_repetition_is_the_same_command()
    {
        ApiHost api = await shared.Host();
        Person mara = await api.NewPerson();
        string key = Requests.NewKey();
        Answer first = await mara.Client.Send("PUT", "/me/contact-address", new { contact_address = "one@example.org" }, key);
        Answer again = await mara.Client.Send("PUT", "/me/contact-address", new { contact_address = "one@example.org" }, key);
        (again.Status, again.Position).ShouldBe((204, first.Position));
        (await mara.Client.Send("PUT", "/me/contact-address", new { contact_address = "two@example.org" }, key)).Problem.ShouldBe("idempotency-key-reused");
        (await mara.Client.Send("GET", "/me")).String("contact_address").ShouldBe("one@example.org");
        (await mara.Client.Send("PUT", "/me/contact-address", new { contact_address = "not an address" }, Requests.NewKey())).Problem.ShouldBe("contact-address-invalid");
        (await mara.Client.Send("DELETE", "/me/contact-address", key: Requests.NewKey())).Status.ShouldBe(204);
        (await mara.Client.Send("GET", "/me")).String("contact_address").ShouldBeNull();
    }
}
