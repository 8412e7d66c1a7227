{%- extends 'nbgrader/manage_assignments.tpl' -%}

{%- block messages -%}
{{ super() }}
{%- if no_exchange -%}
<p class="text-muted" id="no-exchange">
  There is no exchange, so releasing and collecting is not available here: hand out <code>release/</code>, and put what
  students hand in into <code>submitted/</code>.
</p>
{%- endif -%}
{%- endblock -%}
