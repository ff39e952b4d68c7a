/**
 * <crm-passkey kind="create" | "get" button form data? | url?>: speaks WebAuthn for a form with a `credential` input.
 *
 * The options come from a JSON script (`data`) or from GET url; both are {request_options} or {creation_options}, as allauth
 * gives them. Nothing is drawn except a sentence when the device refuses.
 */
import { define, readJson, word } from "../dom";

interface Options {
  request_options?: { publicKey: PublicKeyCredentialRequestOptionsJSON };
  creation_options?: { publicKey: PublicKeyCredentialCreationOptionsJSON };
}

class Passkey extends HTMLElement {
  connectedCallback(): void {
    const button = document.getElementById(this.getAttribute("button") ?? "");
    if (!("PublicKeyCredential" in window)) {
      if (button) button.hidden = true;
      return;
    }
    button?.addEventListener("click", (event) => {
      event.preventDefault();
      void this.run();
    });
  }

  private async run(): Promise<void> {
    try {
      const options = await this.options();
      const credential = this.getAttribute("kind") === "create" ? await this.create(options) : await this.read(options);
      if (credential) this.send(credential as PublicKeyCredential);
    } catch (error) {
      console.warn(error);
      this.say(word("Your browser or device did not confirm the passkey."));
    }
  }

  private async options(): Promise<Options> {
    const url = this.getAttribute("url");
    if (!url) return readJson<Options>(this.getAttribute("data"), {});
    const reply = await fetch(url, { headers: { Accept: "application/json" } });
    return (await reply.json()) as Options;
  }

  private async create({ creation_options }: Options): Promise<Credential | null> {
    if (!creation_options) return null;
    const json = structuredClone(creation_options.publicKey);
    const wanted = this.form()?.querySelector<HTMLInputElement>("input[name=passwordless]");
    const passwordless = !wanted || wanted.checked;
    const selection: AuthenticatorSelectionCriteria = { ...json.authenticatorSelection, residentKey: passwordless ? "required" : "discouraged", requireResidentKey: passwordless };
    if (passwordless) selection.userVerification = "required";
    Object.assign(json, { authenticatorSelection: selection });
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(json) });
  }

  private async read({ request_options }: Options): Promise<Credential | null> {
    if (!request_options) return null;
    return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(request_options.publicKey) });
  }

  private form(): HTMLFormElement | null {
    return document.getElementById(this.getAttribute("form") ?? "") as HTMLFormElement | null;
  }

  private send(credential: PublicKeyCredential): void {
    const form = this.form();
    const input = form?.querySelector<HTMLInputElement>("input[name=credential]");
    if (!form || !input) return;
    input.value = JSON.stringify(credential.toJSON());
    form.submit();
  }

  private say(text: string): void {
    this.setAttribute("role", "alert");
    this.className = "error-text";
    this.textContent = text;
  }
}

define("crm-passkey", Passkey);
